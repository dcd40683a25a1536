"""The catalogue of the cloud's regions, each in its geopolitical region.

Source: the cloud provider's table of regions and geopolitical regions, 2025-11-02; the regions that
it lacks are placed by their peering location or their country.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_REGIONS: Final = """
north-america: East US, West US, East US 2, West US 2, West US 3, Central US, South Central US
north-america: North Central US, West Central US, Canada Central, Canada East, Mexico Central
south-america: Brazil South, Brazil Southeast, Chile Central
europe: Austria East, France Central, France South, Germany North, Germany West Central
europe: Italy North, North Europe, Norway East, Norway West, Poland Central, Spain Central
europe: Sweden Central, Switzerland North, Switzerland West, UK West, UK South, West Europe
europe: Belgium Central, Denmark East
south-africa: South Africa West, South Africa North
asia: East Asia, Southeast Asia, Taiwan North, Indonesia Central, Malaysia West
india: West India, Central India, South India
israel: Israel Central
japan: Japan West, Japan East
south-korea: Korea Central, Korea South
qatar: Qatar Central
uae: UAE Central, UAE North
australia-government: Australia Central, Australia Central 2
oceania: Australia East, Australia Southeast, New Zealand North
"""

_named = (line.partition(": ") for line in _REGIONS.strip().splitlines())

GEOPOLITICAL_REGIONS: Final[Mapping[str, str]] = MappingProxyType(
    {region: where for where, _, regions in _named for region in regions.split(", ")}
)
"""The geopolitical region of each region."""
