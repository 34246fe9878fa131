"""The only HTTP outward and other input and output: every destination from outside passes the address guard."""
