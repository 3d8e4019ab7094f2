// SPDX-License-Identifier: Apache-2.0
// Memory of the inspected flows of one worker, reserved once: per flow, two directions of an
// in-order byte stream with the bytes that may still be sent again, and the state of its protocols.
//
// It comes in two pieces. A record is what the flow's packets need: of the protocols that keep
// little (kDense) records lie side by side, so that 10 000 flows fit into a few megabytes. All else
// lies apart, and pages of it are touched when they are first needed.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/huge_memory.h"
#include "base/prefetch.h"
#include "inspect/inspected_stream.h"
#include "inspect/stack.h"
#include "inspect/told_operations.h"
#include "table/flow_entry.h"
#include "table/outstanding.h"

namespace bulkhead::dataplane {

// Signatures over operations: the sets of one decision.
struct BoundSignatures {
  uint64_t sets = 0;
  uint64_t decided_by = 0;  // FlowEntry::decided_by and boundary_wall_ns
  int64_t until_wall_ns = 0;
  bool others_pass = false;
};

// Apart: each part is meaningful only while the Inspector says so.
struct InspectorRest {
  std::array<Edits::Rows, 2> edits;
  std::array<ToldOperations, 2> told;  // InspectedStream::has_told
  BoundSignatures signatures;          // Inspector::has_signatures
  Outstanding::Rest requests;
};

struct Inspector {
  Inspector(const Stack& its, InspectorRest& apart) noexcept
      : requests(apart.requests), stack(&its), rest(&apart) {}

  std::array<InspectedStream, 2> streams;  // what the initiator sends, what the responder sends
  Outstanding requests;
  const Stack* stack;  // how state() is fed
  InspectorRest* rest;
  bool blind = false;      // monitor mode saw a violation: the bytes pass unparsed from here on
  bool renumbers = false;  // something was refused: frames go through Stack::adapt
  bool has_signatures = false;  // of some decision

  // Of its protocols; it begins in the line that ends with what stands above.
  static constexpr size_t kStateAt = 352;
  [[nodiscard]] void* state() noexcept { return reinterpret_cast<std::byte*>(this) + kStateAt; }
  [[nodiscard]] const void* state() const noexcept {
    return reinterpret_cast<const std::byte*>(this) + kStateAt;
  }
};
static_assert(Inspector::kStateAt % kStackAlign == 0);

// Bytes of one inspected flow. No flow ever has more.
struct InspectedFlowMemory {
  size_t record = 0;
  size_t apart = 0;
  size_t rings = 0;  // of both directions; a part of them is apart, too
  [[nodiscard]] size_t total() const noexcept { return record + apart + rings; }
};
InspectedFlowMemory memory_of(const Stack& stack) noexcept;
// Address space for one flow of whichever stack.
InspectedFlowMemory reserved_for_one() noexcept;

// Stacks whose records are no larger share one pool of them, which is touched at start.
inline constexpr size_t kDense = 448;

// Equal pieces of memory that somebody else owns. What was given back last is taken first.
class Pieces {
 public:
  Pieces(std::byte* memory, size_t piece, uint32_t count);

  std::byte* take() noexcept;  // nullptr: none is left
  void give(std::byte* piece) noexcept { given_.push_back(piece); }

 private:
  std::byte* next_;  // never used yet
  std::byte* end_;
  size_t piece_;
  std::vector<std::byte*> given_;  // never grows past its first size
};

class InspectorPool {
 public:
  explicit InspectorPool(uint32_t capacity);

  // kNoInspector when none is left.
  uint32_t acquire(const Stack& stack) noexcept;
  void release(uint32_t handle) noexcept;
  // As if just acquired.
  void renew(Inspector& inspector) noexcept;
  [[nodiscard]] Inspector& at(uint32_t handle) noexcept {
    return *reinterpret_cast<Inspector*>(records_.data() + size_t{handle} * kLine);
  }
  // The lines that a packet of that side will need.
  void prefetch(uint32_t handle, size_t side) const noexcept {
    const std::byte* record = records_.data() + size_t{handle} * kLine;
    prefetch_line_to_write(record + 2 * side * kLine);
    prefetch_line_to_write(record + (2 * side + 1) * kLine);
    prefetch_line_to_write(record + 2 * (1 - side) * kLine);
    prefetch_line_to_write(record + 4 * kLine);
    prefetch_line_to_write(record + 5 * kLine);
  }
  [[nodiscard]] size_t free() const noexcept { return capacity_ - live_; }

  // For one frame, while it is renumbered.
  [[nodiscard]] std::span<uint8_t> scratch() noexcept { return scratch_; }

 private:
  static constexpr size_t kLine = 64;  // a handle counts lines
  struct StackPools {
    size_t records = 0;  // which of record_pools_
    Pieces aparts;
  };

  static void begin(Inspector& inspector, const Stack& stack, std::byte* apart) noexcept;
  void divide(uint32_t capacity);
  [[nodiscard]] StackPools& pools_of(const Stack& stack) noexcept {
    return pools_[static_cast<size_t>(&stack - stacks().data())];
  }

  uint32_t capacity_ = 0, live_ = 0;
  HugeMemory records_, aparts_;
  std::vector<Pieces> record_pools_;  // that of the dense ones first
  std::vector<StackPools> pools_;     // in the order of stacks()
  std::vector<uint8_t> scratch_;      // of the longest ring
};

}  // namespace bulkhead::dataplane
