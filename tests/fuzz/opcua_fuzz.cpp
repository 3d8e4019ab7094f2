// SPDX-License-Identifier: Apache-2.0
// Laws of OPC UA: those of every protocol; faults lie within their frame, an operation of no known
// service has no class, and where a message was cut into chunks does not matter.
#include "protocol_law.h"
#include "wire/apps/opcua/opcua.h"

using namespace bulkhead;
using namespace bulkhead::wire;

namespace {

constexpr size_t kHeaders = 24;

class Knowing final : public OperationSink {
 public:
  void told() noexcept override {
    LAW(operation.app == App::kOpcua);
    const FunctionFact* const fact = opcua::function_of(operation.code);
    if (fact == nullptr) LAW(operation.cls == OperationClass::kUnspecified);
    if (fact != nullptr) LAW(operation.name == fact->name);
    if (operation.opaque) LAW(operation.points.empty() && operation.values.empty());
    ++count;
  }
  unsigned count = 0;
};

void put_size(std::vector<uint8_t>& chunk) {
  for (unsigned i = 0; i < 4; ++i) chunk[4 + i] = static_cast<uint8_t>(chunk.size() >> (8 * i));
}

std::string said(opcua::Connection& connection, test::Bytes frame, Side side) {
  test::Witness witness;
  const Fault fault = connection.frame(side, frame, witness);
  return witness.said + std::string(to_string(fault.kind));
}

// The input as the body of a message: whole, and in two chunks.
void check_chunks(test::Bytes body, size_t cut) {
  std::vector<uint8_t> whole(kHeaders);
  std::copy_n("MSGF", 4, whole.begin());
  std::vector<uint8_t> front = whole, back = whole;
  whole.insert(whole.end(), body.begin(), body.end());
  cut = std::min(cut, body.size());
  front[3] = 'C';
  front.insert(front.end(), body.begin(), body.begin() + static_cast<ptrdiff_t>(cut));
  back.insert(back.end(), body.begin() + static_cast<ptrdiff_t>(cut), body.end());
  for (std::vector<uint8_t>* chunk : {&whole, &front, &back}) put_size(*chunk);
  opcua::Connection one, two;
  const std::string expected = said(one, whole, Side::kRequest);
  LAW(said(two, front, Side::kRequest) == "none");
  LAW(two.pending(Side::kRequest));
  LAW(said(two, back, Side::kRequest) == expected);
  LAW(!two.pending(Side::kRequest));
}

void check_faults(test::Bytes input) {
  opcua::Connection connection;
  Knowing sink;
  test::each_frame(input, connection, [&](Side side, test::Bytes frame) {
    sink.count = 0;
    const Fault fault = connection.frame(side, frame, sink);
    if (fault.kind != FaultKind::kNone) LAW(fault.offset <= frame.size() && sink.count == 0);
    if (fault.kind == FaultKind::kNone) LAW(sink.count == 1 || connection.pending(side));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  test::check_stream<opcua::Connection>(data, size);
  check_faults({data, size});
  if (size < 16000) check_chunks({data + 1, size - 1}, data[0]);
  if (size > 1 + kHeaders && size < 16000)
    check_chunks({data + 1 + kHeaders, size - 1 - kHeaders}, data[0]);
  return 0;
}
