// SPDX-License-Identifier: Apache-2.0
// Laws of PROFINET right behind Ethernet: what is told is in a table, or has no class; a set is
// worth at least what each of its blocks is; DCP does not read its padding. Input: datagrams
// (inputs.h).
#include "published_law.h"
#include "wire/apps/pn_dcp/pn_dcp.h"
#include "wire/apps/pn_rt/pn_rt.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    const bool dcp = operation.app == App::kPnDcp;
    const FunctionFact* const fact =
        dcp ? pn_dcp::function_of(operation.code) : pn_rt::function_of(operation.code);
    LAW(dcp || operation.app == App::kPnRt);
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    if (dcp) LAW(fact != nullptr);
    if (dcp && operation.cls == OperationClass::kSession) only(OperationClass::kSession);
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;

 private:
  void only(OperationClass cls) const {
    for (const PointRange& point : operation.points) LAW(point.access == cls);
  }
};

std::string tell(Bytes datagram) {
  return test::tell_published<pn_rt::Connection, Judge>(datagram);
}

void check(Bytes datagram) {
  const std::string said = tell(datagram);
  const bool dcp = datagram.size() >= 12 &&
                   pn_dcp::is_frame_id(static_cast<uint16_t>(datagram[0] << 8 | datagram[1]));
  if (said.empty() || !dcp) return;
  const size_t length = 12 + (size_t{datagram[10]} << 8 | datagram[11]);
  LAW(tell(datagram.first(length)) == said);
  LAW(tell(datagram.first(length - 1)).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::check_datagrams<pn_rt::Connection>(data, size);
  test::each_datagram({data, size}, [](uint8_t, Bytes datagram) { check(datagram); });
  return 0;
}
