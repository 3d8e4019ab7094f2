// SPDX-License-Identifier: Apache-2.0
// What is said on a connection is said to the device that it was opened to.
#include "../enip/enip_talk.h"

using namespace bulkhead;
using namespace bulkhead::test::enip;

namespace {

const Bytes kRouter = object(2, 1);

struct Open {
  explicit Open(const Bytes& route) {
    opening = says(rr_data(forward_open(route + kRouter)));
    CHECK(answers(rr_data(opened())).starts_with("response forward_open"));
  }
  std::string says(const Bytes& frame) { return talk.says(frame); }
  std::string answers(const Bytes& frame) { return talk.answers(frame); }
  Talk talk;
  std::string opening;
};

}  // namespace

TEST_CASE("cip: requests on a connection reach the device of its path", "[wire][cip]") {
  Open talk(slot(3));
  CHECK(talk.opening == "forward_open @4");
  CHECK(talk.says(unit_data(0xbbbb, 1, read_tag("A"))) == "read_tag @4 tag A");
  CHECK(talk.answers(unit_data(0xaaaa, 1, reply(0x4c, le16(0xc3) + le16(7)))) ==
        "response read_tag @4 = 7");
}

TEST_CASE("cip: a route from the end of a connection is further away", "[wire][cip]") {
  Open talk(slot(3));
  CHECK(talk.says(unit_data(0xbbbb, 1, routed(write_tag("V", 1), slot(0)))) ==
        "write_tag @257 tag V = 1");
}

TEST_CASE("cip: a connection whose opening was not seen is of an unknown device, not of this one",
          "[wire][cip]") {
  Talk talk;
  CHECK(talk.says(unit_data(0xbbbb, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
  // The identifier of the other direction is not that of this one.
  Open open(slot(3));
  CHECK(open.says(unit_data(0xaaaa, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
}

TEST_CASE("cip: a connection is open once the device says so", "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(forward_open(slot(3) + kRouter)));
  CHECK(talk.says(unit_data(0, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
  CHECK(talk.answers(rr_data(Bytes{0xd4, 0, 1, 1} + le16(0x100) + kTriad + Bytes{0, 0}))
            .starts_with("response forward_open @4 = 10 bytes refused"));
  CHECK(talk.answers(rr_data(opened())).starts_with("response unknown"));
  CHECK(talk.says(unit_data(0xbbbb, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
}

TEST_CASE("cip: two openings of one connection to different devices are of an unknown one",
          "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(forward_open(slot(3) + kRouter), 1));
  (void)talk.says(rr_data(forward_open(slot(1) + kRouter), 2));
  (void)talk.answers(rr_data(opened(), 1));  // the first of them
  CHECK(talk.says(unit_data(0xbbbb, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
  Open open(slot(3));
  (void)open.says(rr_data(forward_open(slot(1) + kRouter)));
  (void)open.answers(rr_data(opened()));
  CHECK(open.says(unit_data(0xbbbb, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
}

TEST_CASE("cip: a connection that is closed is not known any more", "[wire][cip]") {
  Open talk(slot(3));
  CHECK(talk.says(rr_data(forward_close(slot(3) + kRouter))) == "forward_close @4");
  CHECK(talk.says(unit_data(0xbbbb, 1, read_tag("A"))) == "read_tag @4 tag A");
  (void)talk.answers(rr_data(reply(0x4e, kTriad + Bytes{0, 0})));
  CHECK(talk.says(unit_data(0xbbbb, 2, read_tag("A"))) == "read_tag @? tag A");
}

TEST_CASE("cip: of more connections than are remembered the least used is unknown", "[wire][cip]") {
  Open talk(slot(3));
  for (uint8_t i = 0; i < wire::cip::Connections::kMost; ++i) {
    Bytes open = forward_open(slot(1) + kRouter);
    Bytes answer = opened();
    open[6 + 10] = i;  // its serial number
    answer[4 + 8] = i;
    answer[4] = i;  // and identifiers
    answer[4 + 4] = i;
    answer[4 + 5] = answer[5] = 1;
    (void)talk.says(rr_data(open));
    (void)talk.answers(rr_data(answer));
  }
  CHECK(talk.says(unit_data(0xbbbb, 1, write_tag("V", 1))) == "write_tag @? tag V = 1");
  CHECK(talk.says(unit_data(0x0100 + 31, 1, write_tag("V", 1))) == "write_tag @2 tag V = 1");
}

TEST_CASE("cip: a connection for messages elsewhere is no session that comes for free",
          "[wire][cip]") {
  Talk talk;
  CHECK(talk.says(rr_data(forward_open(slot(2) + slot(0) + kRouter))) ==
        "forward_open_elsewhere @257");
  CHECK(talk.operation.cls == wire::OperationClass::kControl);
  // A policy may open it all the same.
  (void)talk.answers(rr_data(opened()));
  CHECK(talk.says(unit_data(0xbbbb, 1, read_tag("A"))) == "read_tag @257 tag A");
}

TEST_CASE("cip: a connection for data names the assemblies that it opens", "[wire][cip]") {
  Talk talk;
  const Bytes io = {0x20, 4, 0x24, 100, 0x2c, 150, 0x2c, 151, 0x80, 1, 1, 0};
  CHECK(talk.says(rr_data(forward_open(slot(0) + io, 0x01))) ==
        "forward_open_io @1 cip_object 4/100 assembly 150 assembly 151 = 2 bytes");
  CHECK(talk.operation.cls == wire::OperationClass::kControl);
  // Of class 3, but not to the router; of class 1, but to the router.
  CHECK(talk.says(rr_data(forward_open(object(4, 1)))).starts_with("forward_open_io"));
  CHECK(talk.says(rr_data(forward_open(kRouter, 0x01))).starts_with("forward_open_io"));
}

TEST_CASE("cip: an opening inside a routed message is that of the device behind", "[wire][cip]") {
  Talk talk;
  CHECK(talk.says(rr_data(routed(forward_open(kRouter), slot(5)))) == "forward_open @6");
  (void)talk.answers(rr_data(opened()));
  CHECK(talk.says(unit_data(0xbbbb, 1, read_tag("A"))) == "read_tag @6 tag A");
}

TEST_CASE("cip: an opening that is cut short is a fault", "[wire][cip]") {
  const Bytes whole = forward_open(slot(0) + kRouter);
  for (size_t n = 6; n < whole.size(); ++n) {
    Talk talk;
    const std::string said =
        talk.says(rr_data(Bytes(whole.begin(), whole.begin() + static_cast<long>(n))));
    CHECK(said.find(" at ") != std::string::npos);
  }
}
