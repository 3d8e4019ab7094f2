// SPDX-License-Identifier: Apache-2.0
// Laws of MMS. Input: a byte for the law and where to cut, then
// 0: a TSDU: one cut or with a byte more is a fault, and COTP fragments of it tell the same;
// 1: a conversation of TSDUs, each behind a byte for the side and two for its length, little
//    endian: a copy tells the same, and what is told is in the table, or has no class.
#include <memory>

#include "protocol_law.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/mms/table.h"

using namespace bulkhead;
using namespace bulkhead::wire;
using test::Bytes;

namespace {

class Judge final : public OperationSink {
 public:
  void told() noexcept override {
    if (operation.app == App::kMms) judge();
    witness.operation = operation;
    witness.told();
  }
  test::Witness witness;

 private:
  void judge() const {
    const FunctionFact* const fact = mms::function_of(operation.code);
    const bool error = operation.direction == Direction::kResponse;
    LAW((fact == nullptr) == (operation.name == "unknown"));
    LAW((fact == nullptr) == (operation.cls == OperationClass::kUnspecified));
    if (fact != nullptr) LAW(operation.name == fact->name && operation.cls == fact->cls);
    LAW(!operation.is_exception || error);
    bool commands = false;
    for (const PointRange& point : operation.points)
      commands = commands || point.access == OperationClass::kControl;
    if (commands) LAW(operation.cls == OperationClass::kControl);
  }
};

std::vector<uint8_t> data_tpdu(Bytes bytes, bool last) {
  const size_t size = bytes.size() + 7;
  std::vector<uint8_t> out = {3, 0,    static_cast<uint8_t>(size >> 8),  static_cast<uint8_t>(size),
                              2, 0xf0, last ? uint8_t{0x80} : uint8_t{0}};
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

std::string tell(iso::Connection& connection, Side side, Bytes tpdu) {
  static Judge judge;
  judge.witness.said.clear();
  const Fault fault = connection.frame(side, tpdu, judge);
  if (fault.kind == FaultKind::kNone) return judge.witness.said;
  LAW(fault.offset <= tpdu.size());
  return judge.witness.said + "fault " + std::string(to_string(fault.kind));
}

std::string tell_cut(Bytes tsdu, Side side, size_t cut) {
  const auto connection = std::make_unique<iso::Connection>();
  if (cut != 0) LAW(tell(*connection, side, data_tpdu(tsdu.first(cut), false)).empty());
  return tell(*connection, side, data_tpdu(tsdu.subspan(cut), true));
}

bool parses(const std::string& said) {
  return said.ends_with('\n');
}

void check_tsdu(Bytes input, uint8_t choice) {
  if (input.size() < 2 || input.size() > 30000) return;
  std::vector<uint8_t> tsdu(input.begin(), input.end());
  if (tsdu[0] == 0x32 || tsdu[0] == 0x72 || !mms::begins(tsdu[0])) tsdu[0] = 1;
  const Side side = (choice & 2) != 0 ? Side::kResponse : Side::kRequest;
  const std::string whole = tell_cut(tsdu, side, 0);
  LAW(!whole.empty());
  LAW(tell_cut(tsdu, side, 1 + choice % (tsdu.size() - 1)) == whole);
  if (!parses(whole)) return;
  LAW(!parses(tell_cut(Bytes(tsdu).first(tsdu.size() - 1), side, 0)));
  tsdu.push_back(0);
  LAW(!parses(tell_cut(tsdu, side, 0)));
}

void check_conversation(Bytes input) {
  const auto connection = std::make_unique<iso::Connection>();
  const auto copy = std::make_unique<iso::Connection>();
  test::each_datagram(input, [&](uint8_t first, Bytes datagram) {
    const Side side = test::side_of((first & 1) != 0);
    const auto frame = data_tpdu(datagram.first(std::min<size_t>(datagram.size(), 60000)), true);
    *copy = *connection;
    LAW(tell(*connection, side, frame) == tell(*copy, side, frame));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const Bytes input(data + 1, size - 1);
  if ((data[0] & 1) != 0)
    check_conversation(input);
  else
    check_tsdu(input, data[0]);
  return 0;
}
