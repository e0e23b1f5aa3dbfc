"""What the assumed interfaces of Pilen and Procasso have alike: a feed, payments, statuses and sums."""
