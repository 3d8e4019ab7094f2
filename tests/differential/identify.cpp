// SPDX-License-Identifier: Apache-2.0
// No connection of a plant's captures is taken for an IT protocol: identify CAPTURE...
//
// TAP, one case a capture; each IT protocol on a port of the plant is told. With --list each
// connection to any port, for a person.
#include "match/identify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "dissect/tcp_direction.h"
#include "match/identify_table.h"
#include "rehearse/capture.h"
#include "wire/frame.h"

using namespace bulkhead;
using namespace bulkhead::match;

namespace {

// Servers of the plant: IANA, and docs/protocols.
const std::set<uint16_t> kPlantPorts = {
    102,  502,  1089, 1090, 1091,  1153,  1883,  1911,  2222,  2404,  4059,  4712,  4713, 4840,
    4911, 5007, 5094, 9600, 10001, 18245, 20000, 34962, 34963, 34964, 44818, 47808, 48898};

// Captures that do have others on those ports; these must be found.
constexpr std::array<std::string_view, 1> kForeign = {
    "modbus__zeek__modbus-and-non-modbus-p502.pcap"};

class Engine {
 public:
  Engine() {
    const auto& compiled = compiled_identification();
    auto loaded = Database::load(compiled.database, Mode::kStream);
    if (!loaded || !scratch_.fit(*loaded)) std::abort();
    database_ = std::move(*loaded);
    table_ = {&database_, compiled.rows};
  }
  const IdentifyTable& table() const { return table_; }
  const Scratch& scratch() const { return scratch_; }

 private:
  Database database_;
  Scratch scratch_;
  IdentifyTable table_;
};

struct Connection {
  explicit Connection(const Engine& engine) {
    if (!identification.begin(engine.table(), memory[0].bytes, memory[1].bytes)) std::abort();
  }
  struct alignas(kStreamAlign) Memory {
    std::array<uint8_t, 2048> bytes{};
  };
  std::array<Memory, 2> memory;
  std::array<dataplane::TcpDirection, 2> directions;
  Identification identification;
};

// Opener, its port, answerer, its port.
using Key = std::tuple<IpAddress, uint16_t, IpAddress, uint16_t>;
using Connections = std::map<Key, std::unique_ptr<Connection>>;

void take(const Engine& engine, const dataplane::CapturedFrame& captured, Connections& all) {
  wire::Frame frame;
  const std::span<const uint8_t> bytes = captured.bytes;
  if (captured.cut || wire::parse_frame(bytes, frame).kind != wire::FaultKind::kNone) return;
  const wire::PacketHeaders& ip = frame.ip;
  if (ip.fragment || ip.protocol != wire::ip_protocol::kTcp) return;
  const bool syn = (ip.tcp_flags & wire::tcp_flag::kSyn) != 0;
  const bool answers = syn && (ip.tcp_flags & wire::tcp_flag::kAck) != 0;
  const Key there{ip.src, ip.src_port, ip.dst, ip.dst_port};
  const Key back{ip.dst, ip.dst_port, ip.src, ip.src_port};
  if (syn && !answers) all.insert_or_assign(there, std::make_unique<Connection>(engine));
  auto at = all.find(there);
  size_t side = 0;
  if (at == all.end()) {
    at = all.find(back);
    side = 1;
  }
  if (at == all.end()) return;  // whose beginning was not captured
  Connection& connection = *at->second;
  const auto payload = bytes.subspan(ip.payload_offset, ip.payload_length);
  const auto delivery = connection.directions[side].add(ip.tcp_seq, syn, payload);
  if (delivery.restarted) connection.identification.give_up();
  connection.identification.feed(engine.table(), side, delivery.bytes, engine.scratch());
}

// IT protocols on ports of the plant.
size_t tell(const std::string& path, const Connections& all, bool list) {
  size_t wrong = 0;
  for (const auto& [key, connection] : all) {
    const uint16_t port = std::get<3>(key);
    const ProtocolRow& row = row_of(connection->identification.protocol());
    const bool bad = !row.plant && kPlantPorts.contains(port);
    wrong += bad ? 1 : 0;
    if (bad || list) fmt::print("# {} port {}: {}\n", path, port, row.word);
  }
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  const Engine engine;
  const bool list = argc > 1 && std::string_view(argv[1]) == "--list";
  const int first = list ? 2 : 1;
  size_t failed = 0, connections = 0;
  fmt::print("1..{}\n", argc - first);
  for (int i = first; i < argc; ++i) {
    auto capture = dataplane::Capture::open(argv[i]);
    Connections all;
    dataplane::CapturedFrame frame;
    while (capture) {
      const auto more = capture->next(frame);
      if (!more || !*more) break;
      take(engine, frame, all);
    }
    connections += all.size();
    const size_t found = tell(argv[i], all, list);
    const bool foreign = std::ranges::any_of(
        kForeign, [&](std::string_view name) { return std::string_view(argv[i]).ends_with(name); });
    const bool right = (found != 0) == foreign;
    failed += right ? 0 : 1;
    fmt::print("{} {} - {}: {} connections\n", right ? "ok" : "not ok", i - first + 1, argv[i],
               all.size());
  }
  if (argc > first && connections == 0) {
    fmt::print("Bail out! no capture has a connection\n");
    return 1;
  }
  return failed == 0 ? 0 : 1;
}
