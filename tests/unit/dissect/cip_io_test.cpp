// SPDX-License-Identifier: Apache-2.0
// I/O data of a capture is told with what its ForwardOpen on TCP said, and decided as that.
#include <catch2/catch.hpp>

#include "../wire/apps/enip/enip_talk.h"
#include "dissect/dissection.h"
#include "dissect/pdu_text.h"
#include "packet_builder.h"
#include "policy/yaml.h"

namespace bulkhead::dataplane {
namespace {

namespace enip = test::enip;
using Catch::Matchers::Contains;
using test::Bytes;

// A scanner and a device, each frame a tenth of a second behind the one before.
struct Recorded {
  void add(bool to_device, const test::Layer& transport, const Bytes& data) {
    CapturedFrame frame;
    frame.number = ++number;
    frame.wall_ns = wall_ns += 100'000'000;
    frame.bytes =
        test::ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") |
        test::ipv4(to_device ? "10.0.0.1" : "10.0.0.2", to_device ? "10.0.0.2" : "10.0.0.1") |
        transport | test::payload(data);
    dissection.frame(frame, [&](const Pdu& pdu) {
      Verdict verdict;
      if (verdicts != nullptr) verdict = verdicts->of(pdu);
      last = json_line(pdu, verdicts != nullptr ? &verdict : nullptr);
    });
  }
  const std::string& asks(const Bytes& data) {
    add(true, test::tcp(4000, 44818).psh().seq(asked).ack(1), data);
    asked += static_cast<uint32_t>(data.size());
    return last;
  }
  const std::string& answers(const Bytes& data) {
    add(false, test::tcp(44818, 4000).psh().seq(answered).ack(1), data);
    answered += static_cast<uint32_t>(data.size());
    return last;
  }
  const std::string& data(bool to_device, uint32_t identifier, uint32_t sequence) {
    add(to_device, test::udp(2222, 2222), enip::io_data(identifier, sequence));
    return last;
  }
  Dissection dissection{usual_protocols()};
  const Verdicts* verdicts = nullptr;
  std::string last;
  uint64_t number = 0;
  int64_t wall_ns = 1'700'000'000'000'000'000;
  uint32_t asked = 100, answered = 500;
};

}  // namespace

TEST_CASE("dissect: I/O data has the path of its ForwardOpen, until that is closed", "[dissect]") {
  Recorded capture;
  CHECK_THAT(capture.data(true, 0xbbbb, 1), Contains(R"("out_of_turn":true)"));
  CHECK_THAT(capture.last, Contains(R"({"type":"connection","access":"write","from":48059)"));
  (void)capture.asks(enip::Io{}.open());
  (void)capture.answers(enip::Io{}.opened());
  CHECK_THAT(capture.data(true, 0xbbbb, 1),
             Contains(R"("class":"write","unit":0,"points":[)"
                      R"({"type":"assembly","access":"write","from":150,"to":150}])"));
  CHECK_THAT(capture.last, Contains(R"("values":["0506"],"request_id":)" +
                                    std::to_string(uint64_t{0xbbbb} << 32 | 1)));
  CHECK_THAT(capture.data(false, 0xaaaa, 1),
             Contains(R"({"type":"assembly","access":"read","from":151,"to":151}])"));
  CHECK_THAT(capture.last, !Contains("out_of_turn"));
  CHECK_THAT(capture.data(false, 0xaaaa, 1), Contains(R"("out_of_turn":true)"));  // again
  (void)capture.asks(enip::Io{}.close());
  (void)capture.answers(enip::Io{}.closed());
  CHECK_THAT(capture.data(true, 0xbbbb, 2), Contains(R"("out_of_turn":true)"));
}

TEST_CASE("dissect: a policy's verdict of I/O data is the gateway's", "[dissect]") {
  const auto loaded = policy::load_yaml(R"(
identities:
  - { name: scanner, bind: { gateway: gw-a, port: zone0, mac: "02:00:00:00:00:01", ip: 10.0.0.1 } }
  - { name: drive, bind: { gateway: gw-b, port: zone0, mac: "02:00:00:00:00:02", ip: 10.0.0.2 } }
relationships:
  - name: opens
    from: scanner
    to: drive
    cip: { allow: [ control: { functions: [forward_open_io], objects: ["4:100"], assemblies: ["150-161"] } ] }
  - name: writes
    from: scanner
    to: drive
    cip: { transport: udp, port: 2222, allow: [ write: { functions: [io_data], assemblies: [150] } ] }
)",
                                        "test");
  REQUIRE(loaded.ok());
  const auto verdicts = *Verdicts::of(loaded.policy, "gw-a");
  Recorded capture;
  capture.verdicts = verdicts.get();
  CHECK_THAT(capture.data(true, 0xbbbb, 1),
             Contains(R"("verdict":"deny","relationship":"writes","reason":"out_of_turn")"));
  CHECK_THAT(capture.asks(enip::Io{}.open()), Contains(R"("verdict":"allow")"));
  (void)capture.answers(enip::Io{}.opened());
  CHECK_THAT(capture.data(true, 0xbbbb, 1),
             Contains(R"("verdict":"allow","relationship":"writes")"));
  CHECK_THAT(capture.data(false, 0xaaaa, 1), Contains(R"("verdict":"allow")"));
  enip::Io other;
  other.serial = 9;
  other.to_target = 0xcccc;
  other.path = {0x20, 4, 0x24, 100, 0x2c, 152, 0x2c, 151};
  (void)capture.asks(other.open());
  (void)capture.answers(other.opened());
  CHECK_THAT(capture.data(true, 0xcccc, 1), Contains(R"("reason":"operation_denied")"));
}

}  // namespace bulkhead::dataplane
