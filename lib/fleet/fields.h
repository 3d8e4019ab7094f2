// SPDX-License-Identifier: Apache-2.0
// The fields of which this room's encodings are made: u32 length and text, i64 time, big endian.
#pragma once

#include <string>

#include "wire/cursor.h"
#include "wire/writer.h"

namespace bulkhead::fleet {

inline void put(wire::Writer& out, const std::string& text) {
  out.be32(static_cast<uint32_t>(text.size()));
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

inline void put(wire::Writer& out, int64_t time) {
  out.be64(static_cast<uint64_t>(time));
}

inline std::string text(wire::Cursor& in) {
  const auto bytes = in.bytes(in.be32());
  return {bytes.begin(), bytes.end()};
}

inline int64_t time(wire::Cursor& in) {
  return static_cast<int64_t>(in.be64());
}

}  // namespace bulkhead::fleet
