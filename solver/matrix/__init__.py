"""From a window to integers: who may (eligibility), what it brings (value), usable pairs."""
