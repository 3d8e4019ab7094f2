// SPDX-License-Identifier: Apache-2.0
#include "host/rtnetlink.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.h"
#include "base/unique_fd.h"

namespace bulkhead::dataplane {

void RtnetlinkRequest::add(uint16_t type, std::span<const uint8_t> value) {
  const size_t at = NLMSG_ALIGN(header().nlmsg_len);
  const size_t end = at + RTA_SPACE(value.size());
  if (end > bytes_.size()) BH_FATAL("rtnetlink request too long");
  auto* attribute = reinterpret_cast<rtattr*>(bytes_.data() + at);
  attribute->rta_type = type;
  attribute->rta_len = static_cast<uint16_t>(RTA_LENGTH(value.size()));
  std::memcpy(RTA_DATA(attribute), value.data(), value.size());
  header().nlmsg_len = static_cast<uint32_t>(end);
}

void RtnetlinkRequest::add(uint16_t type, const IpAddress& address) {
  if (address.is_v4())
    add(type, std::span<const uint8_t>{address.v4_wire(), 4});
  else
    add(type, std::span<const uint8_t>{address.bytes});
}

void RtnetlinkRequest::add(uint16_t type, uint32_t value) {
  add(type, std::span<const uint8_t>{reinterpret_cast<const uint8_t*>(&value), sizeof value});
}

Status RtnetlinkRequest::send(std::string_view what) {
  const UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket.valid()) return io_error("netlink socket");
  if (::send(socket.get(), bytes_.data(), header().nlmsg_len, 0) < 0) return io_error(what);
  // The answer is an nlmsgerr whose error is 0 or a negative errno.
  alignas(nlmsghdr) std::array<uint8_t, 4096> answer{};
  ssize_t n = -1;
  do n = ::recv(socket.get(), answer.data(), answer.size(), 0);
  while (n < 0 && errno == EINTR);
  if (n < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr)))) return io_error(what);
  const auto* outcome = reinterpret_cast<const nlmsgerr*>(NLMSG_DATA(answer.data()));
  if (outcome->error == 0 || outcome->error == -EEXIST) return {};
  errno = -outcome->error;
  return io_error(what);
}

}  // namespace bulkhead::dataplane
