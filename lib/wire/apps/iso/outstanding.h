// SPDX-License-Identifier: Apache-2.0
// What was asked and not answered yet on one connection, by the reference that an answer carries:
// for protocols whose answers do not repeat all that their requests say.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "wire/apps/operation.h"

namespace bulkhead::wire::iso {

class Outstanding {
 public:
  struct Asked {
    bool open = false;
    uint32_t reference = 0;
    uint16_t technique = 0;
    OperationClass cls = OperationClass::kUnspecified;
    uint32_t code = 0;
    std::string_view name;  // of a table
  };

  // One of the same reference that is still open is forgotten; so is the oldest, when all places
  // are taken.
  void asked(const Operation& request) noexcept;
  // The request with the operation's reference, which is open no more; nullptr: none. Good until
  // the next one is asked.
  const Asked* answered(const Operation& operation) noexcept;

 private:
  // More than the parallel jobs that a PLC grants; a power of two, for next_ runs round.
  static constexpr uint32_t kMost = 32;

  // References count up: few that are open at a time have this in common.
  static constexpr size_t alike(uint64_t reference) noexcept { return reference % kMost; }

  uint32_t next_ = 0;
  std::array<uint8_t, kMost> open_{};  // how many are, by alike()
  std::array<Asked, kMost> asked_{};
};

// The response is described as its request was.
void describe_as(const Outstanding::Asked& asked, Operation& response) noexcept;

}  // namespace bulkhead::wire::iso
