// SPDX-License-Identifier: Apache-2.0
// PROFINET DCP: finds devices on the link, and gives them names and addresses; without any
// authentication (IEC 61158-6-10 4.3, FrameIDs 0xfefc to 0xfeff).
#pragma once

#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::pn_dcp {

// FrameIDs, each with its service.
inline constexpr uint16_t kHelloFrame = 0xfefc, kGetSetFrame = 0xfefd, kIdentifyFrame = 0xfefe,
                          kResponseFrame = 0xfeff;
constexpr bool is_frame_id(uint16_t id) noexcept {
  return id >= kHelloFrame && id <= kResponseFrame;
}

// Code: service; of a set, in its sub-function, the most harmful thing that it sets.
enum class Sets : uint8_t { kOther, kIp, kName, kDhcp, kSignal, kReset, kTransaction };
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// `bytes`: the frame behind its ethertype. request_id: Xid. Points: the blocks (option << 8 |
// suboption); the name of NameOfStation is its value. Values: address, mask and gateway of IP.
// Faults, with offsets from behind the ethertype: kTruncated (no header), kBadType (a service that
// the FrameID does not have, a type of service that there is not), kBadLength.
Fault parse(std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

}  // namespace bulkhead::wire::pn_dcp
