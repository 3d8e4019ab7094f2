// SPDX-License-Identifier: Apache-2.0
// BER by hand, for tests.
#pragma once

#include "iso/told.h"

namespace bulkhead::test {

// How the lengths of elements are written.
enum class Lengths { kShortest, kLong, kIndefinite };

inline Octets length_of(size_t size) {
  if (size < 0x80) return {static_cast<uint8_t>(size)};
  return Octets{0x82} + be16(size);
}

inline Octets element(const Octets& tag, const Octets& content,
                      Lengths lengths = Lengths::kShortest) {
  if (lengths == Lengths::kIndefinite && (tag[0] & 0x20) != 0)
    return tag + Octets{0x80} + content + Octets{0, 0};
  if (lengths != Lengths::kShortest)
    return tag + Octets{0x84, 0, 0} + be16(content.size()) + content;
  return tag + length_of(content.size()) + content;
}
inline Octets element(uint8_t tag, const Octets& content, Lengths lengths = Lengths::kShortest) {
  return element(Octets{tag}, content, lengths);
}

}  // namespace bulkhead::test
