"""Reading numbers as students write them: JSON, NumPy's print, MATLAB, LaTeX, with scales and transpose signs."""
