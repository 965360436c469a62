"""The forty communes of the demo, by INSEE code, with how many practitioners practise there."""

TOWNS: dict[str, int] = {
    "69123": 34,  # Lyon
    "75056": 34,  # Paris
    "13055": 20,  # Marseille
    "93045": 10,  # Les Lilas
    "97411": 16,  # Saint-Denis, La Réunion
    "31555": 14,  # Toulouse
    "06088": 10,  # Nice
    "44109": 12,  # Nantes
    "34172": 10,  # Montpellier
    "67482": 10,  # Strasbourg
    "33063": 12,  # Bordeaux
    "59350": 12,  # Lille
    "35238": 10,  # Rennes
    "51454": 6,  # Reims
    "42218": 6,  # Saint-Étienne
    "83137": 6,  # Toulon
    "38185": 8,  # Grenoble
    "21231": 6,  # Dijon
    "49007": 6,  # Angers
    "30189": 5,  # Nîmes
    "69266": 8,  # Villeurbanne
    "63113": 6,  # Clermont-Ferrand
    "72181": 5,  # Le Mans
    "13001": 5,  # Aix-en-Provence
    "29019": 5,  # Brest
    "37261": 5,  # Tours
    "80021": 4,  # Amiens
    "87085": 4,  # Limoges
    "57463": 5,  # Metz
    "2A004": 4,  # Ajaccio
    "93066": 5,  # Saint-Denis, Seine-Saint-Denis
    "93048": 5,  # Montreuil
    "97416": 5,  # Saint-Pierre, La Réunion
    "97209": 4,  # Fort-de-France
    "97120": 4,  # Pointe-à-Pitre
    "97302": 4,  # Cayenne
    "97608": 3,  # Mamoudzou
    "97502": 3,  # Saint-Pierre-et-Miquelon
    "98735": 3,  # Papeete
    "98731": 2,  # Nuku-Hiva, Marquises
}
SPECIALTIES: tuple[tuple[str, int], ...] = (
    ("medecin-generaliste", 14),
    ("dentiste", 8),
    ("dermatologue", 7),
    ("kinesitherapeute", 7),
    ("infirmier", 5),
    ("ophtalmologue", 5),
    ("gynecologue-medical", 5),
    ("pediatre", 5),
    ("sage-femme", 4),
    ("psychiatre", 4),
    ("psychologue", 4),
    ("cardiologue", 4),
    ("osteopathe", 3),
    ("orl", 3),
    ("orthophoniste", 3),
    ("pedicure-podologue", 3),
    ("rhumatologue", 2),
    ("gastro-enterologue", 2),
    ("endocrinologue-diabetologue", 2),
    ("allergologue", 2),
    ("neurologue", 2),
    ("pneumologue", 2),
    ("radiologue", 2),
    ("urologue", 2),
    ("gynecologue-obstetricien", 2),
    ("orthodontiste", 2),
    ("orthoptiste", 2),
    ("dieteticien", 2),
    ("ergotherapeute", 1),
    ("chirurgien-orthopediste", 1),
)
