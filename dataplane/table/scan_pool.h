// SPDX-License-Identifier: Apache-2.0
// Memory of one worker for flows whose bytes are matched with patterns: which protocol a flow
// carries, and content signatures. Taken once; a page of it is touched when it is first used.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/mapping.h"
#include "match/identify.h"
#include "match/protocol.h"
#include "match/stream.h"

namespace bulkhead::dataplane {

inline constexpr uint32_t kNoScan = 0xffff'ffff;

// One flow. What it may carry and what looks at it are those of the decision that `decided_by` and
// `until_wall_ns` name.
struct Scan {
  match::Identification identification;
  std::array<match::Stream, 2> signatures;
  std::array<uint32_t, 2> next{};  // TCP: first byte of each direction not yet looked at
  std::array<bool, 2> synced{};    // TCP: `next` is known
  uint64_t serial = 0;             // of the Matcher that the streams belong to
  uint64_t decided_by = 0;         // FlowEntry::decided_by; 0: nothing was taken over yet
  int64_t until_wall_ns = 0;       // FlowEntry::boundary_wall_ns
  match::ProtocolMask protocols = 0;
  uint64_t sets = 0;  // of signatures
  bool others_pass = false;
};

class ScanPool {
 public:
  explicit ScanPool(uint32_t capacity);

  // A fresh one; kNoScan when none is left.
  uint32_t acquire() noexcept;
  void release(uint32_t handle) noexcept;
  [[nodiscard]] Scan& at(uint32_t handle) noexcept { return scans_[handle]; }
  [[nodiscard]] size_t free() const noexcept { return free_.size(); }

  // Of one direction; aligned for streams. What is in it is of an earlier flow.
  [[nodiscard]] std::span<uint8_t> identify_memory(uint32_t handle, size_t side) noexcept;
  [[nodiscard]] std::span<uint8_t> signature_memory(uint32_t handle, size_t side) noexcept;

 private:
  Mapping memory_;
  Scan* scans_ = nullptr;
  uint8_t* identify_ = nullptr;
  uint8_t* signatures_ = nullptr;
  std::vector<uint32_t> free_;  // never grows past its first size
};

}  // namespace bulkhead::dataplane
