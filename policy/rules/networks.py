"""Networks as the rules weigh them: who is meant by a CIDR."""

import ipaddress

_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
_UNIQUE_LOCAL = ipaddress.ip_network("fc00::/7")
_WIDEST_IPV6 = 16


def is_everyone(cidr: object, widest: int) -> bool:
    """Tell whether a CIDR is the internet, or so much of it that it is as good as the whole.

    `widest` is the shortest prefix of IPv4 that still counts as somebody's network: two of /1 are everyone, too.
    Networks that are reached from inside only (RFC 1918, RFC 6598, unique local) are not. A text that is no CIDR,
    such as one that is not known yet, is nobody.
    """
    try:
        network = ipaddress.ip_network(str(cidr), strict=False)
    except ValueError:
        return False
    if isinstance(network, ipaddress.IPv4Network):
        inside = any(network.subnet_of(each) for each in _PRIVATE if isinstance(each, ipaddress.IPv4Network))
        return network.prefixlen < widest and not inside
    inside = isinstance(_UNIQUE_LOCAL, ipaddress.IPv6Network) and network.subnet_of(_UNIQUE_LOCAL)
    return network.prefixlen < _WIDEST_IPV6 and not inside
