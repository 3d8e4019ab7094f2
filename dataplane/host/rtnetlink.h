// SPDX-License-Identifier: Apache-2.0
// One rtnetlink request with attributes, sent and acknowledged (rtnetlink(7)). Bounded to one page.
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/result.h"

namespace bulkhead::dataplane {

class RtnetlinkRequest {
 public:
  // `body`: ifaddrmsg, rtmsg.
  template <typename Body>
  RtnetlinkRequest(uint16_t type, uint16_t flags, const Body& body) {
    header().nlmsg_type = type;
    header().nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header().nlmsg_len = NLMSG_LENGTH(sizeof body);
    std::memcpy(NLMSG_DATA(&header()), &body, sizeof body);
  }
  void add(uint16_t type, std::span<const uint8_t> value);
  // The 4 or 16 bytes of an address.
  void add(uint16_t type, const IpAddress& address);
  void add(uint16_t type, uint32_t value);

  // Errors: kIo with `what` and the kernel's reason. EEXIST is no error.
  Status send(std::string_view what);

 private:
  nlmsghdr& header() noexcept { return *reinterpret_cast<nlmsghdr*>(bytes_.data()); }
  alignas(nlmsghdr) std::array<uint8_t, 1024> bytes_{};
};

}  // namespace bulkhead::dataplane
