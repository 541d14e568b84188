"""How the detectors of distorted text and icons are trained and validated."""
