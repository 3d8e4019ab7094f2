// SPDX-License-Identifier: Apache-2.0
// How inputs of protocol targets are read. A stream: a byte that is a mask of whose turn it is,
// then frames, one after the other. Datagrams: each behind a byte for the side, whose lowest bit is
// it, and two for its length, little endian.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "wire/apps/protocol.h"

namespace bulkhead::test {

using Bytes = std::span<const uint8_t>;

constexpr wire::Side side_of(bool answers) {
  return answers ? wire::Side::kResponse : wire::Side::kRequest;
}

// take(side, frame) for each frame, as `connection`, which take() gives it to, says it is cut.
template <wire::StreamProtocol P, typename Take>
void each_frame(Bytes input, P& connection, Take&& take) {
  if (input.empty()) return;
  const uint8_t turns = input[0];
  Bytes stream = input.subspan(1);
  for (unsigned turn = 0; !stream.empty(); ++turn) {
    const wire::Side side = side_of((turns >> (turn % 8) & 1) != 0);
    const wire::Parsed<size_t> size = connection.frame_size(side, stream);
    if (!size.ok() || *size > stream.size()) return;
    take(side, stream.first(*size));
    stream = stream.subspan(*size);
  }
}

// take(first byte, datagram), the datagram a copy of its own, so that a sanitizer sees any read
// past it.
template <typename Take>
void each_datagram(Bytes input, Take&& take) {
  while (input.size() >= 3) {
    const size_t length = std::min<size_t>(input[1] | input[2] << 8, input.size() - 3);
    const Bytes bytes = input.subspan(3, length);
    take(input[0], std::vector<uint8_t>(bytes.begin(), bytes.end()));
    input = input.subspan(3 + length);
  }
}

}  // namespace bulkhead::test
