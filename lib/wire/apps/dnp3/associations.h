// SPDX-License-Identifier: Apache-2.0
// What a connection remembers of the talk between a master and an outstation: which class each
// request had, for its response, and the last SELECT, for its OPERATE. Of more pairs than there is
// room for, the one that came first is forgotten.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/operation.h"

namespace bulkhead::wire::dnp3 {

struct Pair {
  uint16_t master = 0;
  uint16_t outstation = 0;

  constexpr bool operator==(const Pair&) const noexcept = default;
};

class Associations {
 public:
  static constexpr size_t kMost = 8;
  static constexpr size_t kMaxSelect = 256;  // bytes of commands; a longer SELECT is not remembered

  // A request other than a confirmation. `commands`: its objects. True: it is an OPERATE, and the
  // request before it was a SELECT of the same objects with the sequence number before.
  bool asked(Pair pair, uint8_t function, uint8_t sequence, OperationClass cls,
             std::span<const uint8_t> commands) noexcept;
  // The request asked last does not reach the outstation.
  void refused(Pair pair) noexcept {
    if (Association* const found = find(pair); found != nullptr) found->selected = false;
  }
  // Class of the request that a response answers; `unasked` when none is known. A later fragment of
  // a response has a number of its own, and the class of the first.
  OperationClass answered(Pair pair, uint8_t sequence, bool first, OperationClass unasked) noexcept;

 private:
  struct Association {
    Pair pair;
    bool used = false;
    bool selected = false;
    uint8_t select_sequence = 0;
    uint16_t select_size = 0;
    uint16_t known = 0;                                // bit n: `classes[n]` is of a request
    OperationClass answering = OperationClass::kRead;  // what the response at hand is to
    std::array<OperationClass, 16> classes{};
    std::array<uint8_t, kMaxSelect> select;
  };

  Association* find(Pair pair) noexcept;
  Association& make(Pair pair) noexcept;

  std::array<Association, kMost> all_;
  uint8_t next_ = 0;
};

}  // namespace bulkhead::wire::dnp3
