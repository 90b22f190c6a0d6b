"""Cities that tell a state from the country that has its two letters.

For every state of the US and province of Canada whose postal abbreviation is also an ISO 3166-1
code: its largest cities and seats of business, after the censuses of both countries. Names of
cities that the country of the same code has too are left out.
"""

from __future__ import annotations

#: ISO 3166-2 code to names; compared folded.
STATE_CITIES: dict[str, tuple[str, ...]] = {
    "US-AL": ("Birmingham", "Huntsville", "Montgomery", "Mobile", "Tuscaloosa"),
    "US-AR": ("Little Rock", "Fayetteville", "Fort Smith", "Bentonville", "Springdale"),
    "US-AZ": ("Phoenix", "Tucson", "Mesa", "Chandler", "Scottsdale", "Tempe", "Gilbert"),
    "US-CA": ("Los Angeles", "San Diego", "San Jose", "San Francisco", "Fresno", "Sacramento",
              "Long Beach", "Oakland", "Bakersfield", "Anaheim", "Irvine", "Santa Ana",
              "Riverside", "Santa Clara", "Sunnyvale", "Mountain View", "Palo Alto", "San Mateo",
              "Redwood City", "Menlo Park", "Cupertino", "Santa Monica", "Pasadena", "Burbank",
              "Fremont", "Pleasanton", "Santa Barbara", "Carlsbad"),
    "US-CO": ("Denver", "Colorado Springs", "Aurora", "Fort Collins", "Boulder", "Lakewood",
              "Englewood", "Broomfield"),
    "US-DE": ("Wilmington", "Dover", "Newark"),
    "US-GA": ("Atlanta", "Augusta", "Savannah", "Macon", "Athens", "Alpharetta", "Marietta"),
    "US-ID": ("Boise", "Meridian", "Nampa", "Idaho Falls"),
    "US-IL": ("Chicago", "Aurora", "Naperville", "Rockford", "Joliet", "Evanston", "Schaumburg"),
    "US-IN": ("Indianapolis", "Fort Wayne", "Evansville", "South Bend", "Carmel", "Bloomington"),
    "US-KY": ("Louisville", "Lexington", "Bowling Green", "Covington"),
    "US-LA": ("New Orleans", "Baton Rouge", "Shreveport", "Lafayette", "Metairie"),
    "US-MA": ("Boston", "Worcester", "Springfield", "Cambridge", "Lowell", "Waltham",
              "Burlington", "Framingham"),
    "US-MD": ("Baltimore", "Bethesda", "Rockville", "Columbia", "Annapolis", "Gaithersburg"),
    "US-ME": ("Portland", "Bangor", "Lewiston"),
    "US-MN": ("Minneapolis", "St. Paul", "Rochester", "Bloomington", "Duluth", "Eden Prairie"),
    "US-MO": ("Kansas City", "St. Louis", "Springfield", "Columbia"),
    "US-MS": ("Jackson", "Gulfport", "Biloxi", "Southaven"),
    "US-MT": ("Billings", "Missoula", "Bozeman", "Great Falls"),
    "US-NC": ("Charlotte", "Raleigh", "Durham", "Greensboro", "Winston-Salem", "Cary"),
    "US-NE": ("Omaha", "Lincoln", "Bellevue"),
    "US-PA": ("Philadelphia", "Pittsburgh", "Allentown", "Harrisburg", "King of Prussia"),
    "US-SC": ("Charleston", "Columbia", "Greenville", "North Charleston"),
    "US-SD": ("Sioux Falls", "Rapid City"),
    "US-TN": ("Nashville", "Memphis", "Knoxville", "Chattanooga", "Franklin"),
    "US-VA": ("Virginia Beach", "Richmond", "Norfolk", "Arlington", "Reston", "McLean",
              "Alexandria", "Herndon"),
    "CA-NL": ("St. John's", "Corner Brook", "Mount Pearl"),
    "CA-NU": ("Iqaluit",),
    "CA-PE": ("Charlottetown", "Summerside"),
    "CA-SK": ("Saskatoon", "Regina", "Moose Jaw"),
    "CA-YT": ("Whitehorse",),
}
