// SPDX-License-Identifier: Apache-2.0
// Laws of DNP3 as a stream and as datagrams. Checksums would stop a fuzzer at the door, so they are
// made right first, frame by frame, except in every fourth input as its first byte says.
#include "protocol_law.h"
#include "wire/apps/dnp3/dnp3.h"

using namespace bulkhead::wire;
using bulkhead::test::Bytes;

namespace {

// Writes the CRC of `bytes` behind them, as far as there is room.
void seal(std::vector<uint8_t>& stream, size_t at, size_t size) {
  if (at + size + dnp3::kCrcSize > stream.size()) return;
  const uint16_t crc = dnp3::crc_of(Bytes(stream).subspan(at, size));
  stream[at + size] = static_cast<uint8_t>(crc);
  stream[at + size + 1] = static_cast<uint8_t>(crc >> 8);
}

std::vector<uint8_t> sealed(Bytes input) {
  std::vector<uint8_t> stream(input.begin(), input.end());
  size_t at = 0;
  while (at + dnp3::kLinkHeader <= stream.size()) {
    stream[at] = 0x05;
    stream[at + 1] = 0x64;
    size_t left = stream[at + 2] < 5 ? 0 : stream[at + 2] - size_t{5};
    seal(stream, at, 8);
    at += dnp3::kLinkHeader;
    for (; left > 0 && at < stream.size(); at += dnp3::kCrcSize) {
      const size_t block = std::min(left, dnp3::kBlock);
      seal(stream, at, block);
      left -= block;
      at += block;
    }
  }
  return stream;
}

// No unknown application function is harmless, and whatever is clipped is known to be.
class Harm final : public OperationSink {
 public:
  void told() noexcept override {
    LAW(operation.app == App::kDnp3);
    LAW(operation.is_exception == (operation.exception_code != 0));
    if (operation.name == "unknown") LAW(operation.cls == OperationClass::kUnspecified);
    for (const PointRange& point : operation.points)
      if (point.access == OperationClass::kUnspecified)
        LAW(operation.cls == OperationClass::kUnspecified);
  }
};

void check_harm(Bytes stream) {
  dnp3::Connection connection;
  Harm harm;
  (void)connection.datagram(Side::kRequest, stream, harm);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::vector<uint8_t> input{data[0]};
  const Bytes rest(data + 1, size - 1);
  const std::vector<uint8_t> stream =
      data[0] % 4 == 3 ? std::vector<uint8_t>(rest.begin(), rest.end()) : sealed(rest);
  input.insert(input.end(), stream.begin(), stream.end());
  bulkhead::test::check_stream<dnp3::Connection>(input.data(), input.size());
  bulkhead::test::check_datagrams<dnp3::Connection>(data, size);
  check_harm(stream);
  return 0;
}
