// SPDX-License-Identifier: Apache-2.0
// Message router requests and responses (CIP Vol 1 2-4), and what some services carry.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/cip/path.h"
#include "wire/apps/cip/services.h"

namespace bulkhead::wire::cip {

namespace status {
inline constexpr uint8_t kSuccess = 0, kConnectionFailure = 0x01, kPartial = 0x06;
inline constexpr uint8_t kPrivilegeViolation = 0x0f, kEmbeddedError = 0x1e;
}  // namespace status

// Service, path; `in` is left at the service's data.
struct Request {
  uint8_t service = 0;
  Path path;
};
void read_request(Reader& in, TagText& text, Request& out) noexcept;

// `in` is left at the data.
struct Response {
  uint8_t service = 0;  // without kReply
  uint8_t general = 0;
  uint16_t extended = 0;  // the first word of additional status; 0: none

  [[nodiscard]] bool failed() const noexcept {
    return general != status::kSuccess && general != status::kPartial;
  }
};
Response read_response(Reader& in) noexcept;

// A request that another device is to be given: CIP Vol 1 3-5.5.4.
struct UnconnectedSend {
  Reader message{{}};
  Path route;
};
UnconnectedSend read_unconnected_send(Reader& in, TagText& text) noexcept;

// The parts of a Multiple Service Packet: CIP Vol 1. Faults: kBadPath: the first part is not
// right behind the offsets, an offset does not rise or is not inside.
class Parts {
 public:
  explicit Parts(Reader& in) noexcept;
  [[nodiscard]] uint16_t count() const noexcept { return count_; }
  [[nodiscard]] Fault fault() const noexcept { return fault_; }
  [[nodiscard]] Reader part(uint16_t i) const noexcept;

 private:
  [[nodiscard]] size_t offset(uint16_t i) const noexcept;

  size_t base_ = 0;
  std::span<const uint8_t> bytes_;  // from the count on
  uint16_t count_ = 0;
  Fault fault_;
};

}  // namespace bulkhead::wire::cip
