// SPDX-License-Identifier: Apache-2.0
// The state of one connection as a stack keeps it, outside of any flow.
#pragma once

#include <cstdlib>
#include <memory>

#include "inspect/stack.h"

namespace bulkhead::test {

class StackState {
 public:
  explicit StackState(const dataplane::Stack& stack)
      : state_(allocate(stack.bytes)), apart_(allocate(stack.apart)) {
    stack.make(state_.get(), apart_.get());
  }
  void* get() { return state_.get(); }

 private:
  using Memory = std::unique_ptr<void, void (*)(void*)>;
  static Memory allocate(size_t bytes) {
    constexpr size_t kAlign = dataplane::kStackAlign;
    return {std::aligned_alloc(kAlign, (bytes + kAlign) / kAlign * kAlign), &std::free};
  }
  Memory state_, apart_;
};

}  // namespace bulkhead::test
