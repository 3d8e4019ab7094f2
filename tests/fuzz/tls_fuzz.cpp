// SPDX-License-Identifier: Apache-2.0
// Laws of TLS: those of every stream, that nothing it tells is readable or of a class, and that
// where its bytes are cut does not matter.
#include "protocol_law.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/tls/either.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    LAW(operation.app == App::kTls && operation.opaque);
    LAW(operation.cls == OperationClass::kUnspecified && operation.name != "unknown");
    for (const PointRange& point : operation.points) {
      LAW(point.access == OperationClass::kUnspecified);
      if (point.type == PointType::kTlsServerName)
        LAW(!point.name.empty() && point.name.size() <= tls::Facts::kLongestName);
      said += std::to_string(point.last) + std::string(point.name) + ' ';
    }
    said += std::string(operation.name) + '\n';
  }
  std::string said;
};

// The first fault ends it. `step`: bytes at a time, of each side in its turns of 16.
std::string tell(const uint8_t* data, size_t size, size_t step) {
  tls::Connection connection;
  Judge judge;
  for (size_t at = 0, turn = 0; at < size; ++turn) {
    const auto side = (data[0] >> (turn % 8) & 1) != 0 ? Side::kResponse : Side::kRequest;
    const size_t end = std::min(size, at + (turn == 0 ? 600 : 64));
    for (; at < end; at += std::min(step, end - at)) {
      const test::Bytes piece(data + at, std::min(step, end - at));
      if (connection.frame(side, piece, judge).kind != FaultKind::kNone) return judge.said;
      LAW(!connection.pending(Side::kRequest) || !connection.pending(Side::kResponse));
    }
  }
  return judge.said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  test::check_stream<tls::Connection>(data, size);
  test::check_stream<tls::Either<iec104::Connection>>(data, size);
  const std::string whole = tell(data + 1, size - 1, SIZE_MAX);
  LAW(whole == tell(data + 1, size - 1, 1));
  LAW(whole == tell(data + 1, size - 1, 7));
  return 0;
}
