"""The catalogue of BGP communities: what the cloud tags the prefixes with that it announces.

Source: the cloud provider's page on routing, "Support for BGP communities", 2026-03-12. A service
that stands beside a region is that service in that region; clouds other than the global one are
named. The communities of private peerings are left out: they have no part in a route filter.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

_MICROSOFT: Final = """
12076:51004 East US
12076:51005 East US 2
12076:51006 West US
12076:51026 West US 2
12076:51044 West US 3
12076:51027 West Central US
12076:51007 North Central US
12076:51008 South Central US
12076:51009 Central US
12076:51020 Canada Central
12076:51021 Canada East
12076:51014 Brazil South
12076:51003 North Europe
12076:51002 West Europe
12076:51024 UK South
12076:51025 UK West
12076:51030 France Central
12076:51031 France South
12076:51038 Switzerland North
12076:51039 Switzerland West
12076:51040 Germany North
12076:51041 Germany West Central
12076:51042 Norway East
12076:51043 Norway West
12076:51010 East Asia
12076:51011 Southeast Asia
12076:51012 Japan East
12076:51013 Japan West
12076:51015 Australia East
12076:51016 Australia Southeast
12076:51032 Australia Central
12076:51033 Australia Central 2
12076:51019 India South
12076:51018 India West
12076:51017 India Central
12076:51028 Korea South
12076:51029 Korea Central
12076:51059 New Zealand North
12076:51034 South Africa North
12076:51035 South Africa West
12076:51036 UAE North
12076:51037 UAE Central
12076:52004 Storage, East US
12076:52005 Storage, East US 2
12076:52006 Storage, West US
12076:52026 Storage, West US 2
12076:52044 Storage, West US 3
12076:52027 Storage, West Central US
12076:52007 Storage, North Central US
12076:52008 Storage, South Central US
12076:52009 Storage, Central US
12076:52020 Storage, Canada Central
12076:52021 Storage, Canada East
12076:52014 Storage, Brazil South
12076:52003 Storage, North Europe
12076:52002 Storage, West Europe
12076:52024 Storage, UK South
12076:52025 Storage, UK West
12076:52030 Storage, France Central
12076:52031 Storage, France South
12076:52038 Storage, Switzerland North
12076:52039 Storage, Switzerland West
12076:52040 Storage, Germany North
12076:52041 Storage, Germany West Central
12076:52042 Storage, Norway East
12076:52043 Storage, Norway West
12076:52010 Storage, East Asia
12076:52011 Storage, Southeast Asia
12076:52012 Storage, Japan East
12076:52013 Storage, Japan West
12076:52015 Storage, Australia East
12076:52016 Storage, Australia Southeast
12076:52032 Storage, Australia Central
12076:52033 Storage, Australia Central 2
12076:52019 Storage, India South
12076:52018 Storage, India West
12076:52017 Storage, India Central
12076:52028 Storage, Korea South
12076:52029 Storage, Korea Central
12076:52059 Storage, New Zealand North
12076:52034 Storage, South Africa North
12076:52035 Storage, South Africa West
12076:52036 Storage, UAE North
12076:52037 Storage, UAE Central
12076:53004 SQL, East US
12076:53005 SQL, East US 2
12076:53006 SQL, West US
12076:53026 SQL, West US 2
12076:53044 SQL, West US 3
12076:53027 SQL, West Central US
12076:53007 SQL, North Central US
12076:53008 SQL, South Central US
12076:53009 SQL, Central US
12076:53020 SQL, Canada Central
12076:53021 SQL, Canada East
12076:53014 SQL, Brazil South
12076:53003 SQL, North Europe
12076:53002 SQL, West Europe
12076:53024 SQL, UK South
12076:53025 SQL, UK West
12076:53030 SQL, France Central
12076:53031 SQL, France South
12076:53038 SQL, Switzerland North
12076:53039 SQL, Switzerland West
12076:53040 SQL, Germany North
12076:53041 SQL, Germany West Central
12076:53042 SQL, Norway East
12076:53043 SQL, Norway West
12076:53010 SQL, East Asia
12076:53011 SQL, Southeast Asia
12076:53012 SQL, Japan East
12076:53013 SQL, Japan West
12076:53015 SQL, Australia East
12076:53016 SQL, Australia Southeast
12076:53032 SQL, Australia Central
12076:53033 SQL, Australia Central 2
12076:53019 SQL, India South
12076:53018 SQL, India West
12076:53017 SQL, India Central
12076:53028 SQL, Korea South
12076:53029 SQL, Korea Central
12076:53059 SQL, New Zealand North
12076:53034 SQL, South Africa North
12076:53035 SQL, South Africa West
12076:53036 SQL, UAE North
12076:53037 SQL, UAE Central
12076:54004 Azure Cosmos DB, East US
12076:54005 Azure Cosmos DB, East US 2
12076:54006 Azure Cosmos DB, West US
12076:54026 Azure Cosmos DB, West US 2
12076:54044 Azure Cosmos DB, West US 3
12076:54027 Azure Cosmos DB, West Central US
12076:54007 Azure Cosmos DB, North Central US
12076:54008 Azure Cosmos DB, South Central US
12076:54009 Azure Cosmos DB, Central US
12076:54020 Azure Cosmos DB, Canada Central
12076:54021 Azure Cosmos DB, Canada East
12076:54014 Azure Cosmos DB, Brazil South
12076:54003 Azure Cosmos DB, North Europe
12076:54002 Azure Cosmos DB, West Europe
12076:54024 Azure Cosmos DB, UK South
12076:54025 Azure Cosmos DB, UK West
12076:54030 Azure Cosmos DB, France Central
12076:54031 Azure Cosmos DB, France South
12076:54038 Azure Cosmos DB, Switzerland North
12076:54039 Azure Cosmos DB, Switzerland West
12076:54040 Azure Cosmos DB, Germany North
12076:54041 Azure Cosmos DB, Germany West Central
12076:54042 Azure Cosmos DB, Norway East
12076:54043 Azure Cosmos DB, Norway West
12076:54010 Azure Cosmos DB, East Asia
12076:54011 Azure Cosmos DB, Southeast Asia
12076:54012 Azure Cosmos DB, Japan East
12076:54013 Azure Cosmos DB, Japan West
12076:54015 Azure Cosmos DB, Australia East
12076:54016 Azure Cosmos DB, Australia Southeast
12076:54032 Azure Cosmos DB, Australia Central
12076:54033 Azure Cosmos DB, Australia Central 2
12076:54019 Azure Cosmos DB, India South
12076:54018 Azure Cosmos DB, India West
12076:54017 Azure Cosmos DB, India Central
12076:54028 Azure Cosmos DB, Korea South
12076:54029 Azure Cosmos DB, Korea Central
12076:54059 Azure Cosmos DB, New Zealand North
12076:54034 Azure Cosmos DB, South Africa North
12076:54035 Azure Cosmos DB, South Africa West
12076:54036 Azure Cosmos DB, UAE North
12076:54037 Azure Cosmos DB, UAE Central
12076:55004 Backup, East US
12076:55005 Backup, East US 2
12076:55006 Backup, West US
12076:55026 Backup, West US 2
12076:55044 Backup, West US 3
12076:55027 Backup, West Central US
12076:55007 Backup, North Central US
12076:55008 Backup, South Central US
12076:55009 Backup, Central US
12076:55020 Backup, Canada Central
12076:55021 Backup, Canada East
12076:55014 Backup, Brazil South
12076:55003 Backup, North Europe
12076:55002 Backup, West Europe
12076:55024 Backup, UK South
12076:55025 Backup, UK West
12076:55030 Backup, France Central
12076:55031 Backup, France South
12076:55038 Backup, Switzerland North
12076:55039 Backup, Switzerland West
12076:55040 Backup, Germany North
12076:55041 Backup, Germany West Central
12076:55042 Backup, Norway East
12076:55043 Backup, Norway West
12076:55010 Backup, East Asia
12076:55011 Backup, Southeast Asia
12076:55012 Backup, Japan East
12076:55013 Backup, Japan West
12076:55015 Backup, Australia East
12076:55016 Backup, Australia Southeast
12076:55032 Backup, Australia Central
12076:55033 Backup, Australia Central 2
12076:55019 Backup, India South
12076:55018 Backup, India West
12076:55017 Backup, India Central
12076:55028 Backup, Korea South
12076:55029 Backup, Korea Central
12076:55059 Backup, New Zealand North
12076:55034 Backup, South Africa North
12076:55035 Backup, South Africa West
12076:55036 Backup, UAE North
12076:55037 Backup, UAE Central
12076:5010 Exchange Online
12076:5020 SharePoint Online
12076:5030 Skype For Business Online
12076:5040 CRM Online
12076:5050 Azure Global Services
12076:5060 Microsoft Entra ID
12076:5070 Azure Resource Manager
12076:5100 Other Office 365 Online services
12076:5220 Microsoft Defender for Identity
12076:5250 Microsoft PSTN services
12076:51106 US Gov Arizona (us-government)
12076:51109 US Gov Iowa (us-government)
12076:51105 US Gov Virginia (us-government)
12076:51108 US Gov Texas (us-government)
12076:51209 US DoD Central (us-government)
12076:51205 US DoD East (us-government)
12076:51301 China North (china)
12076:51302 China East (china)
12076:51303 China East 2 (china)
12076:51304 China North 2 (china)
12076:51305 China North 3 (china)
12076:5110 Exchange Online (us-government)
12076:5120 SharePoint Online (us-government)
12076:5130 Skype For Business Online (us-government)
12076:5160 Microsoft Entra ID (us-government)
12076:5200 Other Office 365 Online services (us-government)
"""
"""On microsoft peerings: regions, then services."""


@cache
def offered() -> Mapping[str, str]:
    """The communities that a route filter may have, each with what it stands for."""
    named = (line.partition(" ") for line in _MICROSOFT.strip().splitlines())
    return {community: name for community, _, name in named}
