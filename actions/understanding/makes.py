"""The makes and models of things, with the slips people make in them."""

import re

_PHONE_BRANDS = {
    "samsung": "Samsung", "samsumg": "Samsung", "sansung": "Samsung", "samgsung": "Samsung", "motorola": "Motorola",
    "moto g": "Motorola", "moto e": "Motorola", "moto edge": "Motorola", "xiaomi": "Xiaomi", "xiomi": "Xiaomi",
    "shaomi": "Xiaomi", "xaomi": "Xiaomi", "chaomi": "Xiaomi", "redmi": "Xiaomi", "redmy": "Xiaomi", "poco x": "Xiaomi",
    "poco m": "Xiaomi", "poco f": "Xiaomi", "poco c": "Xiaomi", "huawei": "Huawei", "huawey": "Huawei", "guawei": "Huawei",
    "honor": "Honor", "iphone": "Apple", "iphon": "Apple", "ipone": "Apple", "oppo": "Oppo", "realme": "Realme",
    "nokia": "Nokia", "lg": "LG", "zte": "ZTE", "tcl": "TCL", "infinix": "Infinix", "tecno": "Tecno", "alcatel": "Alcatel",
    "oneplus": "OnePlus", "google pixel": "Google", "pixel": "Google", "galaxy": "Samsung", "vivo y": "Vivo", "vivo v": "Vivo",
}  # fmt: skip
PHONE_MAKES = frozenset(_PHONE_BRANDS.values()) - {"Apple", "LG", "TCL", "Google"}
BRANDS: dict[str, str] = _PHONE_BRANDS | {
    "apple": "Apple", "macbook": "Apple", "ipad": "Apple", "airpods": "Apple", "hp": "HP", "lenovo": "Lenovo",
    "dell": "Dell", "asus": "Asus", "acer": "Acer", "toshiba": "Toshiba", "msi": "MSI", "sony": "Sony", "canon": "Canon",
    "nikon": "Nikon", "jbl": "JBL", "toyota": "Toyota", "hyundai": "Hyundai", "hiundai": "Hyundai", "hyunday": "Hyundai",
    "kia": "Kia", "nissan": "Nissan", "suzuki": "Suzuki", "susuki": "Suzuki", "honda": "Honda", "yamaha": "Yamaha",
    "bajaj": "Bajaj", "chevrolet": "Chevrolet", "volkswagen": "Volkswagen", "mazda": "Mazda", "mitsubishi": "Mitsubishi",
    "subaru": "Subaru", "ford": "Ford", "wanxin": "Wanxin", "zongshen": "Zongshen", "ronco": "Ronco", "lifan": "Lifan",
    "ssenda": "Ssenda", "tvs": "TVS", "ktm": "KTM", "kawasaki": "Kawasaki", "italika": "Italika", "renault": "Renault",
    "peugeot": "Peugeot", "bmw": "BMW", "audi": "Audi", "mercedes benz": "Mercedes-Benz", "jac": "JAC", "chery": "Chery",
    "great wall": "Great Wall", "changan": "Changan", "monark": "Monark", "monarette": "Monarette", "goliat": "Goliat",
    "trek": "Trek", "specialized": "Specialized", "giant": "Giant", "oxford": "Oxford", "casio": "Casio", "rolex": "Rolex",
    "citizen": "Citizen", "seiko": "Seiko", "fossil": "Fossil", "totto": "Totto", "samsonite": "Samsonite", "nike": "Nike",
    "adidas": "Adidas", "puma": "Puma", "ray ban": "Ray-Ban", "bosch": "Bosch", "makita": "Makita", "dewalt": "DeWalt",
    "philips": "Philips", "panasonic": "Panasonic", "garmin": "Garmin", "tissot": "Tissot", "porta": "Porta",
    "scott": "Scott", "gopro": "GoPro", "haojue": "Haojue", "benelli": "Benelli", "pulsar": "Bajaj", "pioneer": "Pioneer",
    "tcl": "TCL", "hisense": "Hisense", "daewoo": "Daewoo", "fiat": "Fiat", "jeep": "Jeep", "geely": "Geely", "mg": "MG",
    "dongfeng": "DFSK", "dfsk": "DFSK", "vw": "Volkswagen", "mercedes": "Mercedes-Benz", "nexus": "Nexus", "rtm": "RTM", "sym": "SYM",
    "best": "Best", "cannondale": "Cannondale", "jafi": "Jafi", "orbea": "Orbea", "michelle belau": "Michelle Belau",
    "oster": "Oster", "imaco": "Imaco", "indurama": "Indurama", "mabe": "Mabe", "bose": "Bose", "epson": "Epson", "singer": "Singer",
    "stihl": "Stihl", "stanley": "Stanley", "truper": "Truper", "reebok": "Reebok", "converse": "Converse", "vans": "Vans",
    "north face": "The North Face", "nintendo": "Nintendo", "pandora": "Pandora", "swatch": "Swatch", "nothing phone": "Nothing",
    "moto one": "Motorola", "itel": "Itel", "blu": "BLU", "jincheng": "Jincheng", "zontes": "Zontes", "cfmoto": "CFMoto",
}  # fmt: skip
MODELS: dict[str, str] = {
    "yaris": "Toyota", "corolla": "Toyota", "hilux": "Toyota", "probox": "Toyota", "rav4": "Toyota", "fortuner": "Toyota", "avanza": "Toyota",
    "accent": "Hyundai", "tucson": "Hyundai", "creta": "Hyundai", "elantra": "Hyundai", "picanto": "Kia", "sportage": "Kia",
    "vitara": "Suzuki", "camaro": "Chevrolet", "cerato": "Kia", "versa": "Nissan", "sentra": "Nissan", "tiida": "Nissan", "frontier": "Nissan", "swift": "Suzuki",
    "celerio": "Suzuki", "aveo": "Chevrolet", "spark": "Chevrolet", "sail": "Chevrolet", "gol": "Volkswagen", "amarok": "Volkswagen",
    "rouser": "Bajaj", "torito": "Bajaj", "tico": "Daewoo",
}  # fmt: skip
"""Models of vehicles that are said for the vehicle itself ("mi yaris"); the make is told only where it is said."""
_VEHICLE_MAKES = """
Toyota Hyundai Kia Nissan Suzuki Honda Yamaha Bajaj Chevrolet Volkswagen Mazda Mitsubishi Subaru Ford Wanxin Zongshen
Ronco Lifan Ssenda TVS KTM Kawasaki Italika Renault Peugeot BMW Audi Mercedes-Benz JAC Chery Changan Haojue Benelli
Daewoo Fiat Jeep Geely MG DFSK RTM SYM Zontes CFMoto Jincheng
"""
VEHICLE_MAKES = frozenset(_VEHICLE_MAKES.split()) | {"Great Wall"}


def pattern(names: list[str]) -> str:
    """The alternatives of a regex, longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


BRAND = re.compile(r"\b(" + pattern(list(BRANDS)) + r")(?=\d|\b)")
