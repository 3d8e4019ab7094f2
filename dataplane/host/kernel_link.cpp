// SPDX-License-Identifier: Apache-2.0
#include "host/kernel_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <linux/fib_rules.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "base/unique_fd.h"
#include "host/rtnetlink.h"

namespace bulkhead::dataplane {
namespace {

// One interface ioctl: `prepare` fills the request, `request` is SIOC....
template <typename Prepare>
Status interface_ioctl(const std::string& interface, unsigned long request, ifreq& req,
                       Prepare prepare) {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return io_error("socket");
  std::strncpy(req.ifr_name, interface.c_str(), IFNAMSIZ - 1);
  prepare(req);
  if (::ioctl(socket.get(), request, &req) != 0) return io_error("interface " + interface);
  return {};
}

IpAddress address_in(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return IpAddress::from_v4_wire(reinterpret_cast<const uint8_t*>(&v4.sin_addr));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  return IpAddress::from_v6_wire(v6.sin6_addr.s6_addr);
}

uint8_t family_of(const IpAddress& ip) {
  return ip.is_v4() ? AF_INET : AF_INET6;
}
// IpPrefix counts bits of the 128-bit form.
uint8_t family_length(const IpPrefix& prefix) {
  return static_cast<uint8_t>(prefix.address.is_v4() ? prefix.length - 96 : prefix.length);
}

IpAddress network_of(const IpPrefix& prefix) {
  IpAddress network = prefix.address;
  for (size_t bit = prefix.length; bit < 128; ++bit)
    network.bytes[bit / 8] &= static_cast<uint8_t>(~(0x80u >> (bit % 8)));
  return network;
}
// Tables beyond 255 are named by an attribute.
rtmsg route_body(const IpAddress& family, uint8_t scope) {
  rtmsg body{};
  body.rtm_family = family_of(family);
  body.rtm_table = RT_TABLE_UNSPEC;
  body.rtm_protocol = RTPROT_STATIC;
  body.rtm_scope = scope;
  body.rtm_type = RTN_UNICAST;
  return body;
}

}  // namespace

std::vector<std::string> interface_names() {
  std::vector<std::string> names;
  const std::unique_ptr<struct if_nameindex[], decltype(&if_freenameindex)> list(if_nameindex(),
                                                                                 if_freenameindex);
  for (size_t i = 0; list && list[i].if_name != nullptr; ++i) names.emplace_back(list[i].if_name);
  return names;
}

std::vector<IpAddress> addresses_of(const std::string& interface) {
  ifaddrs* head = nullptr;
  if (getifaddrs(&head) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(head, freeifaddrs);
  std::vector<IpAddress> found;
  for (const ifaddrs* i = head; i != nullptr; i = i->ifa_next)
    if (interface == i->ifa_name && i->ifa_addr != nullptr &&
        (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6))
      found.push_back(address_in(*i->ifa_addr));
  return found;
}

Status add_address(const std::string& interface, const IpPrefix& address) {
  ifaddrmsg body{};
  body.ifa_family = family_of(address.address);
  body.ifa_prefixlen = family_length(address);
  body.ifa_flags = IFA_F_NODAD;
  body.ifa_index = if_nametoindex(interface.c_str());
  RtnetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body);
  request.add(IFA_LOCAL, address.address);
  request.add(IFA_ADDRESS, address.address);
  return request.send(fmt::format("address {} on {}", to_string(address), interface));
}

Status add_link_route(const std::string& interface, const IpPrefix& prefix, uint32_t table) {
  rtmsg body = route_body(prefix.address, RT_SCOPE_LINK);
  body.rtm_dst_len = family_length(prefix);
  RtnetlinkRequest request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, body);
  request.add(RTA_DST, network_of(prefix));
  request.add(RTA_OIF, if_nametoindex(interface.c_str()));
  request.add(RTA_TABLE, table);
  return request.send(
      fmt::format("route to {} on {} in table {}", to_string(prefix), interface, table));
}

Status add_default_route(const std::string& interface, const IpAddress& hop, uint32_t table) {
  RtnetlinkRequest request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE,
                           route_body(hop, RT_SCOPE_UNIVERSE));
  request.add(RTA_GATEWAY, hop);
  request.add(RTA_OIF, if_nametoindex(interface.c_str()));
  request.add(RTA_TABLE, table);
  return request.send(
      fmt::format("route by {} on {} in table {}", to_string(hop), interface, table));
}

Status add_source_rule(const IpAddress& source, uint32_t table) {
  fib_rule_hdr body{};
  body.family = family_of(source);
  body.src_len = source.is_v4() ? 32 : 128;
  body.action = FR_ACT_TO_TBL;
  RtnetlinkRequest request(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, body);
  request.add(FRA_SRC, source);
  request.add(FRA_TABLE, table);
  return request.send(fmt::format("rule from {} to table {}", to_string(source), table));
}

Status bring_up(const std::string& interface) {
  ifreq req{};
  if (Status got = interface_ioctl(interface, SIOCGIFFLAGS, req, [](ifreq&) {}); !got) return got;
  return interface_ioctl(interface, SIOCSIFFLAGS, req,
                         [](ifreq& r) { r.ifr_flags = static_cast<short>(r.ifr_flags | IFF_UP); });
}

Status set_mtu(const std::string& interface, uint16_t mtu) {
  ifreq req{};
  return interface_ioctl(interface, SIOCSIFMTU, req, [&](ifreq& r) { r.ifr_mtu = mtu; });
}

Status set_mac(const std::string& interface, const MacAddress& mac) {
  ifreq req{};
  return interface_ioctl(interface, SIOCSIFHWADDR, req, [&](ifreq& r) {
    r.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    std::memcpy(r.ifr_hwaddr.sa_data, mac.bytes.data(), mac.bytes.size());
  });
}

Status set_interface_sysctl(std::string_view family, const std::string& interface,
                            std::string_view key, std::string_view value) {
  const std::string path = fmt::format("/proc/sys/net/{}/conf/{}/{}", family, interface, key);
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) return io_error("open " + path);
  if (::write(file.get(), value.data(), value.size()) < 0) return io_error("write " + path);
  return {};
}

}  // namespace bulkhead::dataplane
