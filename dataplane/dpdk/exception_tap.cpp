// SPDX-License-Identifier: Apache-2.0
#include "dpdk/exception_tap.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "dpdk/tap_routes.h"
#include "host/kernel_link.h"

namespace bulkhead::dataplane {
namespace {

constexpr std::string_view kDevice = "net_tap_exception";  // the vdev bus matches by prefix

constexpr uint16_t kDescriptors = 64;  // handshakes are few; the tap keeps a buffer for each

struct Setting {
  std::string_view key;
  std::string_view value;
};
// An IPv4 underlay has no use for IPv6 on the tap; an IPv6 one has none for what the kernel would
// say by itself (router solicitations, duplicate address detection, a link-local address).
constexpr std::array kWithoutIpv6 = {Setting{"disable_ipv6", "1"}};
constexpr std::array kQuietIpv6 = {Setting{"accept_ra", "0"}, Setting{"dad_transmits", "0"},
                                   Setting{"router_solicitations", "0"},
                                   Setting{"addr_gen_mode", "1"}};

// The kernel may have been built without IPv6: then there is nothing to silence.
template <size_t kCount>
void apply(const std::string& device, const std::array<Setting, kCount>& settings) {
  for (const Setting& s : settings) (void)set_interface_sysctl("ipv6", device, s.key, s.value);
}

void quieten(const std::string& device, bool underlay_is_v4) {
  if (underlay_is_v4)
    apply(device, kWithoutIpv6);
  else
    apply(device, kQuietIpv6);
}

}  // namespace

Result<std::unique_ptr<DpdkPort>> open_exception_tap(const DataplaneConfig& config,
                                                     const PortInfo& mesh, const PortConfig& own,
                                                     uint16_t index, const MbufPool& pool) {
  const std::string& device = own.exception_device;
  const IpPrefix address = own.address.value_or(IpPrefix{});
  PortPlan plan;
  plan.info.index = index;
  plan.info.role = PortRole::kException;
  plan.info.name = device;
  plan.info.mtu = mesh.mtu;
  plan.device_mtu = mesh.mtu;
  plan.info.address = address.address;
  plan.device = fmt::format("{}{}", kDevice, mesh.index);
  plan.string = fmt::format("{},iface={},mac={}", plan.device, device, to_string(mesh.mac));
  plan.descriptors = kDescriptors;
  plan.before_start = [&]() -> Status {
    quieten(device, address.address.is_v4());
    return {};
  };
  auto port = DpdkPort::open(plan, static_cast<uint16_t>(config.workers), pool);
  if (!port) return port;
  if (Status done = bring_up(device); !done) return std::move(done).error();
  if (Status done = add_address(device, address); !done) return std::move(done).error();
  if (Status done = route_tap(own, mesh.index); !done) return std::move(done).error();
  return port;
}

}  // namespace bulkhead::dataplane
