"""What money is in integers."""

#: Minor units in one unit of any currency.
MINOR_PER_UNIT = 100
#: Sums over all leads must stay below this, in minor units: they are exact in 64 bits.
MAX_SUM = 2**62
