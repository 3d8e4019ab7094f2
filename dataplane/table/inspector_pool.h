// SPDX-License-Identifier: Apache-2.0
// Memory of the inspected flows of one worker, taken once: per flow, two directions of an in-order
// byte stream with the bytes that may still be sent again, and the state of its protocols.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "inspect/inspected_stream.h"
#include "inspect/stack.h"
#include "table/flow_entry.h"
#include "table/outstanding.h"

namespace bulkhead::dataplane {

// Signatures over operations: the sets of one decision.
struct BoundSignatures {
  uint64_t sets = 0;
  uint64_t decided_by = 0;  // FlowEntry::decided_by and boundary_wall_ns; 0: nothing was taken yet
  int64_t until_wall_ns = 0;
  bool others_pass = false;
};

struct Inspector {
  std::array<InspectedStream, 2> streams;  // what the initiator sends, what the responder sends
  Outstanding requests;
  BoundSignatures signatures;
  const Stack* stack = nullptr;  // how `state` is fed
  void* state = nullptr;
  bool blind = false;      // monitor mode saw a violation: the bytes pass unparsed from here on
  bool renumbers = false;  // something was refused: frames go through Stack::adapt
};

// Bytes of one inspected flow, all of them taken at start: no flow ever has more.
struct InspectedFlowMemory {
  size_t inspector = 0;
  size_t state = 0;  // of its protocols, with the frame of each direction that is not whole yet
  size_t rings = 0;  // of both directions
  [[nodiscard]] size_t total() const noexcept { return inspector + state + rings; }
};
InspectedFlowMemory memory_of(const Stack& stack) noexcept;

// Raw memory of equal pieces, that a page of is touched when it is first used.
class StatePool {
 public:
  StatePool(size_t bytes, uint32_t capacity);

  void* take() noexcept;  // nullptr: none is left
  void give(void* state) noexcept { free_.push_back(state); }

 private:
  struct Unmap {
    size_t bytes = 0;
    void operator()(uint8_t* memory) const noexcept;
  };
  std::unique_ptr<uint8_t, Unmap> memory_;
  std::vector<void*> free_;  // never grows past its first size
};

class InspectorPool {
 public:
  explicit InspectorPool(uint32_t capacity);

  // kNoInspector when none is left.
  uint32_t acquire(const Stack& stack) noexcept;
  void release(uint32_t handle) noexcept;
  // As if just acquired.
  void renew(Inspector& inspector) noexcept;
  [[nodiscard]] Inspector& at(uint32_t handle) noexcept { return inspectors_[handle]; }
  [[nodiscard]] size_t free() const noexcept { return free_.size(); }

  // For one frame, while it is renumbered.
  [[nodiscard]] std::span<uint8_t> scratch() noexcept { return scratch_; }

 private:
  void begin(Inspector& inspector, const Stack& stack, void* state) noexcept;
  [[nodiscard]] StatePool& pool_of(const Stack& stack) noexcept {
    return states_[static_cast<size_t>(&stack - stacks().data())];
  }

  StatePool memory_;
  Inspector* inspectors_;
  std::vector<uint32_t> free_;     // never grows past its first size
  std::vector<StatePool> states_;  // in the order of stacks()
  std::vector<uint8_t> scratch_;   // of the longest ring
};

}  // namespace bulkhead::dataplane
