// SPDX-License-Identifier: Apache-2.0
// The presentation contexts of one association: which identifier stands for which protocol
// (ISO 8823-1 8.2).
#pragma once

#include <array>
#include <cstdint>

#include "wire/apps/ber.h"

namespace bulkhead::wire::mms {

enum class Syntax : uint8_t {
  kUndefined,  // not in the list
  kUnseen,     // nothing was negotiated before our eyes
  kAcse,
  kMms,
  kOther,    // another protocol, or in another encoding than BER
  kRefused,  // by who was asked
};

class Contexts {
 public:
  static constexpr size_t kMost = 16;

  // A connect was seen; until it defines contexts there are none.
  void begin() noexcept {
    *this = {};
    seen_ = true;
  }
  // The definition list of a connect; replaces what was. kTooMany; kBadValue: an identifier twice.
  void propose(ber::Reader list) noexcept;
  // The result list of an accept, in the order of the definitions. kBadCount.
  void accept(ber::Reader results) noexcept;
  [[nodiscard]] Syntax syntax_of(uint64_t id) const noexcept;

 private:
  struct Context {
    uint64_t id = 0;
    Syntax syntax = Syntax::kOther;
  };
  void add(ber::Reader definition, ber::Reader& list) noexcept;

  bool seen_ = false;
  uint8_t count_ = 0;
  std::array<Context, kMost> contexts_{};
};

}  // namespace bulkhead::wire::mms
