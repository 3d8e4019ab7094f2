// SPDX-License-Identifier: Apache-2.0
// Memory of the inspected flows of one worker, taken once: per flow, two directions of an in-order
// byte stream with a parser and the bytes that may still be repeated.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "table/flow_entry.h"
#include "table/outstanding.h"
#include "table/stream_history.h"
#include "wire/apps/modbus.h"

namespace bulkhead::dataplane {

// One direction. Sequence numbers are those on the wire.
struct InspectedStream {
  explicit InspectedStream(wire::modbus::Side side) noexcept : parser(side) {}

  wire::modbus::Stream parser;
  StreamHistory history;      // the bytes before `next`
  uint32_t next = 0;          // first byte not yet passed
  uint32_t acknowledged = 0;  // by the far end
  bool synced = false;        // a SYN has set the numbers
};

struct Inspector {
  std::array<InspectedStream, 2> streams{InspectedStream{wire::modbus::Side::kRequest},
                                         InspectedStream{wire::modbus::Side::kResponse}};
  Outstanding requests;
  bool blind = false;  // monitor mode saw a violation: the bytes pass unparsed from here on
};

class InspectorPool {
 public:
  explicit InspectorPool(uint32_t capacity);

  // kNoInspector when none is left.
  uint32_t acquire() noexcept;
  void release(uint32_t handle) noexcept;
  [[nodiscard]] Inspector& at(uint32_t handle) noexcept { return memory_.get()[handle]; }
  [[nodiscard]] size_t free() const noexcept { return free_.size(); }

 private:
  struct Free {
    void operator()(Inspector* memory) const noexcept {
      ::operator delete (memory, std::align_val_t{alignof(Inspector)});
    }
  };
  // Raw: a page is touched when its inspector is first used.
  std::unique_ptr<Inspector, Free> memory_;
  std::vector<uint32_t> free_;  // never grows past its first size
};

}  // namespace bulkhead::dataplane
