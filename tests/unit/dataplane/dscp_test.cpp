// SPDX-License-Identifier: Apache-2.0
// What the outer header says about the packet's class, by rule.
#include "dscp.h"

#include <catch2/catch.hpp>

#include "base/byte_order.h"
#include "table/mesh_table.h"
#include "wire/checksum.h"

using namespace bulkhead;
using namespace bulkhead::dataplane;

namespace {

constexpr uint8_t kExpedited = 46 << 2 | 3;  // with both ECN bits

std::vector<uint8_t> outer(const DscpRule& rule, const char* own_ip, const char* peer_ip) {
  Underlay own;
  own.address.address = *parse_ip(own_ip);
  own.dscp = rule;
  const Endpoint peer{*parse_ip(peer_ip), 4500};
  const OuterTemplate t = make_outer_template(own, 4500, peer, 1500, nullptr);
  std::vector<uint8_t> out(t.size);
  t.write(out.data(), 0, 100, kExpedited);
  return out;
}

}  // namespace

TEST_CASE(
    "dscp: the outer IPv4 header carries the inner class, none, or the configured one, and "
    "never ECN",
    "[dataplane][dscp]") {
  const auto [rule, expected] = GENERATE(table<DscpRule, int>({
      {DscpRule{}, 46 << 2},
      {DscpRule{0, 0}, 0},
      {DscpRule{0, 26 << 2}, 26 << 2},
  }));
  const auto v4 = outer(rule, "192.0.2.1", "192.0.2.2");
  CHECK(v4[15] == expected);
  CHECK(wire::internet_checksum(std::span(v4).subspan(14, 20)) == 0);
  const auto v6 = outer(rule, "2001:db8::1", "2001:db8::2");
  CHECK((load_be<uint16_t>(&v6[14]) >> 4 & 0xff) == expected);
}
