// SPDX-License-Identifier: Apache-2.0
// What was asked and not answered yet: answers of CIP name neither object nor route, and those of a
// Multiple Service Packet only the services.
#pragma once

#include <array>
#include <cstdint>

#include "base/hash.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::cip {

// What an answer has in common with its request: session and context of who is not connected,
// connection and sequence count of who is.
struct ExchangeKey {
  uint8_t kind = 0;
  Side asker = Side::kRequest;
  uint32_t within = 0;
  uint64_t number = 0;
  constexpr bool operator==(const ExchangeKey&) const noexcept = default;
};

// What finds the answer of `service` again (Pairing::id).
constexpr uint64_t pairing_of(const ExchangeKey& key, uint8_t service) noexcept {
  return mix(mix(key.kind, key.within), mix(key.number, service));
}

// One request inside of an exchange.
struct Asked {
  uint32_t code = 0;
  uint32_t unit = 0;
  uint32_t inside = 0;  // requests that are parts of this one, and come right behind it
};

class Exchange {
 public:
  static constexpr size_t kMostAsked = 64;

  // Anew: nothing is asked in it yet.
  void begin(const ExchangeKey& of, uint64_t number) noexcept {
    key = of;
    serial = number;
    unit = 0;
    service = 0;
    routed = false;
    count_ = 0;
  }
  // Its index among those of the exchange; what is beyond the most is counted only.
  uint32_t ask(uint32_t code, uint32_t at_unit) noexcept {
    if (count_ < kMostAsked) asked_[count_] = {code, at_unit, 0};
    return count_++;
  }
  void close_part(uint32_t index) noexcept {
    if (index < kMostAsked) asked_[index].inside = count_ - index - 1;
  }
  [[nodiscard]] const Asked* at(uint32_t index) const noexcept {
    return index < kMostAsked && index < count_ ? &asked_[index] : nullptr;
  }
  // As requests and answers carry it.
  [[nodiscard]] uint64_t identifier(uint32_t index) const noexcept { return serial << 20 | index; }

  ExchangeKey key;
  uint64_t serial = 0;  // 0: nobody asked
  uint32_t unit = 0;
  uint8_t service = 0;  // whose answer comes
  bool routed = false;  // so that a router may answer in its place

 private:
  uint32_t count_ = 0;
  std::array<Asked, kMostAsked> asked_;  // the first count_
};

class Exchanges {
 public:
  static constexpr size_t kMost = 24;

  // One of the same key that is still open is forgotten; so is the oldest, when all places are
  // taken.
  Exchange& begin(const ExchangeKey& key) noexcept {
    Exchange* place = &exchanges_[0];
    for (Exchange& exchange : exchanges_) {
      if (exchange.serial != 0 && exchange.key == key) {
        place = &exchange;
        break;
      }
      if (exchange.serial < place->serial) place = &exchange;
    }
    place->begin(key, ++serial_);
    return *place;
  }
  // nullptr: nobody asked.
  Exchange* find(const ExchangeKey& key) noexcept {
    for (Exchange& exchange : exchanges_)
      if (exchange.serial != 0 && exchange.key == key) return &exchange;
    return nullptr;
  }

 private:
  uint64_t serial_ = 0;
  std::array<Exchange, kMost> exchanges_{};
};

}  // namespace bulkhead::wire::cip
