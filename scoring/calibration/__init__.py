"""What spoils text and icons by degrees: pure image functions that calibration sets are made with."""
