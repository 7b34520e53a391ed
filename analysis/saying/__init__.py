"""What is said: words, typed blocks, the Page of a notebook, and the drawing of charts."""
