// SPDX-License-Identifier: Apache-2.0
// A connection whose operations are refused, for tests of the words of each protocol.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "wire/apps/protocol.h"

namespace bulkhead::test {

constexpr wire::Side far_end(wire::Side side) {
  return side == wire::Side::kRequest ? wire::Side::kResponse : wire::Side::kRequest;
}

template <wire::Refusing P>
class Refusals : public wire::OperationSink {
 public:
  using Bytes = std::vector<uint8_t>;
  using Side = wire::Side;

  virtual ~Refusals() = default;

  void told() noexcept override { ++count; }

  void say(Side side, const Bytes& bytes) {
    wire::Fault fault;
    if constexpr (wire::StreamProtocol<P>)
      fault = connection->frame(side, bytes, *this);
    else
      fault = connection->datagram(side, bytes, *this);
    REQUIRE(to_string(fault.kind) == "none");
  }
  // The answer to a frame that is refused.
  Bytes refuse(const Bytes& frame, Side asker = Side::kRequest) {
    const unsigned before = count;
    say(asker, frame);
    REQUIRE(count == before + 1);
    asked = operation.request_id;
    Bytes out(wire::kLongestRefusal);
    out.resize(connection->refuse(asker, frame, operation, out));
    if (!out.empty()) check_reading(out, far_end(asker));
    return out;
  }

  std::unique_ptr<P> connection = std::make_unique<P>();
  unsigned count = 0;
  uint64_t asked = 0;           // request_id of what was refused last
  uint32_t exception_code = 0;  // as the answer is read
  std::string name;

 private:
  // Our own reading of the answer: the refusal of what was asked.
  void check_reading(const Bytes& answer, Side side) {
    const auto reader = std::make_unique<P>(*connection);
    class Reading final : public wire::OperationSink {
     public:
      void told() noexcept override { ++count; }
      unsigned count = 0;
    } reading;
    wire::Fault fault;
    if constexpr (wire::StreamProtocol<P>)
      fault = reader->frame(side, answer, reading);
    else
      fault = reader->datagram(side, answer, reading);
    REQUIRE(to_string(fault.kind) == "none");
    REQUIRE(reading.count == 1);
    CHECK(reading.operation.direction == wire::Direction::kResponse);
    CHECK(reading.operation.is_exception);
    CHECK(reading.operation.request_id == asked);
    exception_code = reading.operation.exception_code;
    name = reading.operation.name;
  }
};

}  // namespace bulkhead::test
