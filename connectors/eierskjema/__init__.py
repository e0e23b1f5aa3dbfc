"""The form «Endre ikke-tinglyst eier», as it reaches us: a folder of CSV files."""
