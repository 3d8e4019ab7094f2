// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/silence.h"

#include <fmt/format.h>

namespace bulkhead::bench {
namespace {

std::string service_text(const TesterConfig& c) {
  return fmt::format("{} -> {} udp/{}", to_string(c.out.host.ip), to_string(c.back.host.ip),
                     c.port);
}

std::string host_text(const Side& side) {
  return fmt::format("{} at {}", to_string(side.host.ip), to_string(side.host.mac));
}

}  // namespace

std::string unresolved_text(const TesterConfig& c, const Side& side) {
  const Side& far = &side == &c.out ? c.back : c.out;
  std::string text = fmt::format("port {}: nobody answers ARP for {}, asked by {}", side.port.name,
                                 to_string(side.host.next_hop), host_text(side));
  text += side.host.next_hop == far.host.ip
              ? fmt::format(
                    "\n  what to do: a segment port answers only for peers of a relationship: is "
                    "there one, {}, "
                    "in force at the gateway of this port, and are both hosts bound as the "
                    "configuration "
                    "says (port, MAC, IP, no VLAN)? `bulkhead events --last 20` there says who was "
                    "unknown",
                    service_text(c))
              : std::string(
                    "\n  what to do: is next_hop the address of the gateway's routed zone port? ") +
                    "Is the cable in that port?";
  return text;
}

std::string silence_text(const TesterConfig& c, const FrameSize& size, double per_second,
                         const TrialResult& r) {
  std::string text = fmt::format(
      "nothing comes back: {} frames of {} at {:.0f}/s, {}, and none arrived at port {}", r.offered,
      size.name, per_second, service_text(c), c.back.port.name);
  if (r.offered == 0) return text + "\n  what to do: port out takes no frame; is its link up?";
  if (r.out.too_big > 0)
    return text +
           fmt::format(
               "\n  what to do: the gateway says that only packets of {} bytes fit. Raise the mtu "
               "of "
               "the mesh ports and of everything between them (docs/benchmarking.md), or leave "
               "the largest frames out of traffic.frame_bytes",
               r.out.mtu);
  if (r.out.prohibited > 0)
    return text +
           "\n  what to do: it is refused by policy (ICMP prohibited): let it pass at both "
           "gateways";
  if (r.damaged > 0)
    return text + fmt::format(
                      "\n  what to do: {} arrived damaged. Are checksum offloads of virtual "
                      "interfaces off?",
                      r.damaged);
  if (r.back.foreign > 0 || r.stale > 0)
    return text + fmt::format(
                      "\n  what to do: {} other frames arrived there. Is traffic.port what the "
                      "policy lets "
                      "through, and does back.ip belong to that port?",
                      r.back.foreign + r.stale);
  return text + fmt::format(
                    "\n  what to do: does the policy of both gateways let {} pass? `bulkhead "
                    "events --last 20` and "
                    "`bulkhead counters` at the first, then at the second gateway name the reason; "
                    "`bulkhead "
                    "peers` says whether the two are connected",
                    service_text(c));
}

}  // namespace bulkhead::bench
