// SPDX-License-Identifier: Apache-2.0
// What the services of each family become: class, points, values, results.
#include "messages.h"

namespace bulkhead::wire::opcua {
namespace {

using Class = OperationClass;

Bytes data_value(const Bytes& variant) {
  return Bytes{}.u8(1).add(variant);
}
Bytes int32(uint32_t v) {
  return Bytes{}.u8(6).u32(v);
}

}  // namespace

TEST_CASE("opcua: a read names each node and its attribute", "[wire][opcua]") {
  Talk talk;
  talk.open();
  const Operation& op = talk.asked(read_request({numbered(2, 10), Bytes{}.named(3, "Pump.Speed")}));
  REQUIRE(op.app == App::kOpcua);
  REQUIRE(op.name == "read_request");
  REQUIRE(op.code == 631);
  REQUIRE(op.cls == Class::kRead);
  REQUIRE(op.request_id == (uint64_t{5} << 32 | 1));
  REQUIRE(op.points.size() == 2);
  REQUIRE(op.points[0] ==
          PointRange{PointType::kOpcuaNode, Class::kRead, node(2, 10), node(2, 10), 13, {}, {}});
  REQUIRE(op.points[1].first == node(3, 0));
  REQUIRE(op.points[1].name == "Pump.Speed");
  REQUIRE(op.points[1].detail == 13);
}

TEST_CASE("opcua: reads of consecutive nodes are one range", "[wire][opcua]") {
  Talk talk;
  const Operation& op =
      talk.asked(read_request({numbered(2, 10), numbered(2, 11), numbered(2, 12), numbered(2, 14),
                               numbered(1, 0xffffffff), numbered(2, 0)}));
  REQUIRE(op.points.size() == 4);
  REQUIRE(op.points[0].first == node(2, 10));
  REQUIRE(op.points[0].last == node(2, 12));
  REQUIRE(op.points[1].last == node(2, 14));
  REQUIRE(op.points[2].last == node(1, 0xffffffff));
  REQUIRE(op.points[3].first == node(2, 0));
}

TEST_CASE("opcua: a write carries numbers as numbers and all else as bytes", "[wire][opcua]") {
  Talk talk;
  Bytes floats;
  floats.u8(0x8a).u32(2).u32(0x3f800000).u32(0xbf000000);
  const Operation& op =
      talk.asked(write_request({{numbered(2, 1), data_value(int32(0xfffffffe))},
                                {numbered(2, 2), data_value(floats)},
                                {numbered(2, 3), data_value(Bytes{}.u8(12).text("on"))},
                                {numbered(2, 4), Bytes{}.u8(2).u32(0)}}));
  REQUIRE(op.cls == Class::kWrite);
  REQUIRE(op.points.size() == 4);
  REQUIRE(op.points[3].access == Class::kWrite);
  REQUIRE(op.values.size() == 3);
  REQUIRE(op.values[0].number(0) == -2);
  REQUIRE(op.values[1].range == 1);
  REQUIRE(op.values[1].count == 2);
  REQUIRE(op.values[1].number(1) == -0.5);
  REQUIRE(op.values[2].encoding == ValueView::Encoding::kBytes);
  REQUIRE(op.values[2].bytes.size() == 6);
}

TEST_CASE("opcua: a call names object and method and carries its arguments", "[wire][opcua]") {
  Talk talk;
  Bytes body = request(712).u32(1).numeric(2, 7).numeric(2, 8).u32(2);
  body.add(int32(5)).u8(1).u8(1);
  const Operation& op = talk.asked(body);
  REQUIRE(op.cls == Class::kControl);
  REQUIRE(op.technique == 855);
  REQUIRE(op.points.size() == 2);
  REQUIRE(op.points[0].first == node(2, 7));
  REQUIRE(op.points[1].first == node(2, 8));
  REQUIRE(op.values.size() == 2);
  REQUIRE(op.values[1].range == 1);
}

TEST_CASE("opcua: browsing names where it begins", "[wire][opcua]") {
  Talk talk;
  Bytes body = request(527).u8(0).u8(0).u64(0).u32(0).u32(100).u32(1);
  body.numeric(0, 85).u32(0).u8(0).u8(33).u8(1).u32(0).u32(63);
  const Operation& op = talk.asked(body);
  REQUIRE(op.cls == Class::kDiscover);
  REQUIRE(op.points.size() == 1);
  REQUIRE(op.points[0].first == node(0, 85));

  Bytes paths = request(554).u32(1).numeric(0, 84).u32(1).u8(0).u8(33).u8(0).u8(1).u16(2).text("A");
  REQUIRE(talk.asked(paths, 2).points[0].first == node(0, 84));
}

TEST_CASE("opcua: monitored items read what they monitor", "[wire][opcua]") {
  Talk talk;
  Bytes body =
      request(751).u32(1).u32(0).u32(1).numeric(2, 9).u32(13).null_text().u16(0).null_text();
  body.u32(2).u32(1).u64(0).u8(0).u8(0).u8(0).u32(1).u8(1);
  const Operation& op = talk.asked(body);
  REQUIRE(op.cls == Class::kRead);
  REQUIRE(op.points[0].first == node(2, 9));
  REQUIRE(op.points[0].detail == 13);
}

TEST_CASE("opcua: changes of the address space are program", "[wire][opcua]") {
  Talk talk;
  Bytes add = request(488).u32(1).numeric(0, 85).u8(0).u8(35).numeric(2, 500).u16(2).text("New");
  add.u32(1).four(0, 354).u8(1).text("attributes").u8(0).u8(58);
  const Operation& added = talk.asked(add, 1);
  REQUIRE(added.cls == Class::kProgram);
  REQUIRE(added.points.size() == 2);
  REQUIRE(added.points[1].first == node(2, 500));

  Bytes chosen = request(488).u32(1).numeric(0, 85).u8(0).u8(35).u8(0).u8(0).u16(2).text("New");
  chosen.u32(1).u8(0).u8(0).u8(0).u8(0).u8(58);
  REQUIRE(talk.asked(chosen, 2).points.size() == 1);  // the server chooses the new one

  REQUIRE(talk.asked(request(500).u32(1).numeric(2, 3).u8(1), 3).points[0].first == node(2, 3));
  Bytes reference = request(494).u32(1).numeric(2, 3).u8(0).u8(35).u8(1).null_text();
  REQUIRE(talk.asked(reference.numeric(2, 4).u32(1), 4).points.size() == 2);
  Bytes removed = request(506).u32(1).numeric(2, 3).u8(0).u8(35).u8(1).numeric(2, 4).u8(1);
  REQUIRE(talk.asked(removed, 5).points.size() == 2);
}

TEST_CASE("opcua: history is read and changed by node", "[wire][opcua]") {
  Talk talk;
  Bytes read = request(664).four(0, 647).u8(1).text("details").u32(0).u8(0).u32(1);
  read.numeric(2, 6).null_text().u16(0).null_text().null_text();
  REQUIRE(talk.asked(read, 1).points[0].first == node(2, 6));

  Bytes detail;
  detail.numeric(2, 6).u32(1);
  Bytes update = request(700).u32(1).four(0, 682).u8(1).u32(detail.data.size()).add(detail);
  const Operation& op = talk.asked(update, 2);
  REQUIRE(op.cls == Class::kWrite);
  REQUIRE(op.points[0].first == node(2, 6));
  REQUIRE_FALSE(op.clipped);

  Bytes other = request(700).u32(1).four(3, 1).u8(1).u32(detail.data.size()).add(detail);
  REQUIRE(talk.asked(other, 3).clipped);
  Bytes empty = request(700).u32(1).four(0, 682).u8(1).u32(0);
  REQUIRE(talk.asks(message("MSGF", empty, {4})).kind == FaultKind::kTruncated);
}

TEST_CASE("opcua: sessions and subscriptions have no points", "[wire][opcua]") {
  Talk talk;
  Bytes activate = request(467).null_text().null_text().u32(0xffffffff).u32(0xffffffff);
  activate.four(0, 321).u8(1).text("anonymous").null_text().null_text();
  const Operation& op = talk.asked(activate, 1);
  REQUIRE(op.cls == Class::kSession);
  REQUIRE(op.points.empty());
  REQUIRE(talk.asked(request(473).u8(1), 2).name == "close_session_request");
  REQUIRE(talk.asked(request(787).u64(0).u32(1).u32(1).u32(0).u8(1).u8(0), 3).cls == Class::kRead);
  REQUIRE(talk.asked(request(826).u32(0xffffffff), 4).name == "publish_request");
  REQUIRE(talk.asked(request(847).u32(1).u32(1), 5).name == "delete_subscriptions_request");
  REQUIRE(talk.asked(request(560).u32(1).numeric(2, 1), 6).points.size() == 1);
}

TEST_CASE("opcua: a read's response carries values by the index of their item", "[wire][opcua]") {
  Talk talk;
  talk.asked(read_request({numbered(2, 1), numbered(2, 2)}));
  Bytes body = response(634).u32(2).u8(2).u32(0x80340000).add(data_value(int32(9)));
  const Operation& op = talk.answered(body.u32(0xffffffff));
  REQUIRE(op.direction == Direction::kResponse);
  REQUIRE(op.cls == Class::kRead);
  REQUIRE_FALSE(op.is_exception);
  REQUIRE(op.values.size() == 1);
  REQUIRE(op.values[0].range == 1);
  REQUIRE(op.values[0].number(0) == 9);
}

TEST_CASE("opcua: a bad service result is an exception", "[wire][opcua]") {
  Talk talk;
  talk.asked(write_request({{numbered(2, 1), data_value(int32(1))}}));
  const Operation& op = talk.answered(response(676, 0x801f0000));
  REQUIRE(op.is_exception);
  REQUIRE(op.exception_code == 0x801f0000);
  REQUIRE(op.cls == Class::kWrite);
  // An uncertain result is none.
  talk.asked(request(473).u8(1), 2);
  REQUIRE_FALSE(talk.answered(response(476, 0x40000000), 2).is_exception);
}

TEST_CASE("opcua: a service fault has the class of what it refuses", "[wire][opcua]") {
  Talk talk;
  talk.asked(request(712).u32(0), 1);
  const Operation& op = talk.answered(response(397, 0x800b0000), 1);
  REQUIRE(op.name == "service_fault");
  REQUIRE(op.cls == Class::kControl);
  REQUIRE(op.technique == 855);
  REQUIRE(op.exception_code == 0x800b0000);
  REQUIRE(talk.answered(response(397, 0x800b0000), 1).cls == Class::kUnspecified);
}

TEST_CASE("opcua: the answer to another service is a fault", "[wire][opcua]") {
  Talk talk;
  talk.asked(request(712).u32(0), 1);
  const Bytes other = response(476);
  REQUIRE(talk.answers(message("MSGF", other)) == Fault{FaultKind::kBadState, 24});
}

TEST_CASE("opcua: a request identifier used again stands for the later request", "[wire][opcua]") {
  Talk talk;
  talk.asked(request(712).u32(0), 1);
  talk.asked(request(473).u8(1), 1);
  REQUIRE(talk.answered(response(476), 1).cls == Class::kSession);
  // An abort answers too.
  talk.asked(request(712).u32(0), 2);
  REQUIRE(talk.answers(message("MSGA", Bytes{}.u32(0x80000000).text("no"), {2})) == Fault{});
  REQUIRE(talk.told().is_exception);
  REQUIRE(talk.told().request_id == 2 + (uint64_t{5} << 32));
  REQUIRE(talk.answered(response(476), 2).name == "close_session_response");
}

TEST_CASE("opcua: more requests without an answer than are kept lose their class only",
          "[wire][opcua]") {
  Talk talk;
  for (uint32_t id = 1; id <= 500; ++id) talk.asked(request(712).u32(0), id);
  REQUIRE(talk.answered(response(397, 0x80000000), 500).cls == Class::kControl);
  REQUIRE(talk.answered(response(397, 0x80000000), 1).cls == Class::kUnspecified);
  REQUIRE(talk.answered(response(715).u32(0).u32(0), 2).cls == Class::kControl);
}

TEST_CASE("opcua: bytes behind the last field are a fault", "[wire][opcua]") {
  Talk talk;
  talk.open();
  const Bytes exact = request(473).u8(1);
  Bytes more = exact;
  REQUIRE(talk.asks(message("MSGF", more.u8(0))) ==
          Fault{FaultKind::kBadLength, static_cast<uint32_t>(24 + exact.data.size())});
  REQUIRE(talk.asks(message("MSGF", request(473))).kind == FaultKind::kTruncated);
}

TEST_CASE("opcua: more nodes than there is room for are clipped", "[wire][opcua]") {
  Talk talk;
  std::vector<Bytes> nodes;
  for (unsigned i = 0; i <= kMaxPointRanges; ++i) nodes.push_back(numbered(2, i * 2));
  const Operation& op = talk.asked(read_request(nodes));
  REQUIRE(op.clipped);
  REQUIRE(op.points.size() == kMaxPointRanges);
}

}  // namespace bulkhead::wire::opcua
