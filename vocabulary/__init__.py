"""What every room agrees on: names, codes, the intake's table and the sentences. Standard library only."""
