// SPDX-License-Identifier: Apache-2.0
#include "host/packet_sockets.h"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

namespace bulkhead::dataplane {
namespace {

bool is_on(int descriptor, unsigned interface) {
  sockaddr_ll own{};
  socklen_t size = sizeof own;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &size) != 0) return false;
  return own.sll_family == AF_PACKET && static_cast<unsigned>(own.sll_ifindex) == interface;
}

}  // namespace

std::vector<int> packet_sockets_on(unsigned interface) {
  std::vector<int> found;
  if (interface == 0) return found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (is_on(descriptor, interface)) found.push_back(descriptor);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace bulkhead::dataplane
