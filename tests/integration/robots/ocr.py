"""Reading a picture as somebody who only has its pixels. Set-up installs tesseract where it can."""

from __future__ import annotations

import os
import shutil
import subprocess

OCR = shutil.which("tesseract")


def read_by_ocr(png: bytes | None) -> str:
    """The words in the picture. One thread: with more, it waits for itself on a busy machine."""
    assert OCR is not None
    assert png is not None
    read = subprocess.run(
        [OCR, "stdin", "stdout", "--psm", "11"],
        input=png,
        capture_output=True,
        check=True,
        timeout=60,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return " ".join(read.stdout.decode().split())
