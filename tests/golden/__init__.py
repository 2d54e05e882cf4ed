"""What every kept submission earned when these files were last written, item by item."""
