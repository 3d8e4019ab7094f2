// SPDX-License-Identifier: Apache-2.0
// What the services of CIP are: a service code has its meaning only together with the class of the
// object that it is sent to.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/cip/classes.h"
#include "wire/apps/cip/path.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::cip {

// Operation::code: service, and in the upper half the class where it is one of a class: the spaces
// are
//   0  service | class << 16; class 0: a common service (CIP Vol 1 appendix A)
//   1  PCCC inside: command | function << 16
//   2  not known: service | class << 8
//   3  what a service does by what it carries: as 0
inline constexpr uint32_t kPcccSpace = 1u << 24;
inline constexpr uint32_t kUnknownSpace = 2u << 24;
inline constexpr uint32_t kVariantSpace = 3u << 24;

constexpr uint32_t code_in(uint32_t cls, uint32_t service) noexcept {
  return service | cls << 16;
}

namespace service {
inline constexpr uint8_t kReply = 0x80;
inline constexpr uint8_t kMultiple = 0x0a;
inline constexpr uint8_t kGetAttributesAll = 0x01, kGetAttributeList = 0x03;
inline constexpr uint8_t kFirstOfClass = 0x4b;
inline constexpr uint8_t kExecutePccc = 0x4b;
inline constexpr uint8_t kReadTag = 0x4c, kWriteTag = 0x4d, kModifyTag = 0x4e;
inline constexpr uint8_t kReadTagFragmented = 0x52, kWriteTagFragmented = 0x53, kListTags = 0x55;
inline constexpr uint8_t kForwardClose = 0x4e, kUnconnectedSend = 0x52;
inline constexpr uint8_t kForwardOpen = 0x54, kLargeForwardOpen = 0x5b;
}  // namespace service

// A ForwardOpen that opens more than messages to the addressed device or a slot of its backplane.
enum class Opening : uint8_t { kMessages, kMessagesElsewhere, kIo };
uint32_t opening_code(uint8_t service, Opening opening) noexcept;
inline constexpr uint32_t kIoData = kVariantSpace | 1;  // of a class 0 or 1 connection, UDP 2222

// The code of a service of a class.
uint32_t code_of(uint32_t cls, uint8_t service) noexcept;
// ... of the object that a path names. Objects within objects other than those that are known to
// have such: not known.
uint32_t code_of(const Path& path, const TagText& text, uint8_t service) noexcept;

std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

}  // namespace bulkhead::wire::cip
