// SPDX-License-Identifier: Apache-2.0
// Parts that every MQTT packet is made of: types, levels, strings, variable lengths, properties.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/protocol.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::mqtt {

enum class Type : uint8_t {
  kReserved = 0,
  kConnect,
  kConnack,
  kPublish,
  kPuback,
  kPubrec,
  kPubrel,
  kPubcomp,
  kSubscribe,
  kSuback,
  kUnsubscribe,
  kUnsuback,
  kPingreq,
  kPingresp,
  kDisconnect,
  kAuth,
};

// Protocol level of the connection, as its connect says.
enum class Level : uint8_t { kUnknown = 0, k31 = 3, k311 = 4, k5 = 5 };

struct Packet {
  Type type = Type::kReserved;
  uint8_t flags = 0;  // of the first byte
  Side side = Side::kRequest;
  Reader body{{}};
};

// Bytes of the variable length at the front, and what it says. NeedMore, kBadLength (longer than
// four bytes), kBadEncoding (not in its shortest form); offset from the front.
struct VariableLength {
  uint32_t value = 0;
  uint8_t size = 0;
};
Parsed<VariableLength> variable_length(std::span<const uint8_t> bytes) noexcept;

uint32_t read_variable(Reader& in) noexcept;
std::span<const uint8_t> read_binary(Reader& in) noexcept;
// UTF-8 without U+0000, else kBadEncoding.
std::string_view read_text(Reader& in) noexcept;
// Not 0, else kBadValue.
uint16_t read_identifier(Reader& in) noexcept;

struct Properties {
  uint16_t topic_alias = 0;  // 0: none
};
// Where properties may stand: behind the header of a packet type, or of the will (0).
inline constexpr uint8_t kOfWill = 0;
Properties read_properties(Reader& in, uint8_t place) noexcept;

bool is_utf8(std::string_view text) noexcept;

}  // namespace bulkhead::wire::mqtt
