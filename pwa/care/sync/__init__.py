"""How what phones send is received, judged exactly once and answered."""
