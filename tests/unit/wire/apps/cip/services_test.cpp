// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/services.h"

#include "../enip/enip_talk.h"

using namespace bulkhead;
using namespace bulkhead::test::enip;
using wire::OperationClass;

namespace {

std::string says(const Bytes& message) {
  Talk talk;
  return talk.says(rr_data(message));
}

Bytes pccc(uint8_t command, const Bytes& rest) {
  return request(0x4b, object(0x67, 1), Bytes{7, 0x4d, 0, 1, 2, 3, 4, command, 0, 9, 0} + rest);
}

}  // namespace

TEST_CASE("cip: what a service means depends on the class", "[wire][cip]") {
  CHECK(says(request(0x4e, symbol("A"), le16(4) + le32(1) + le32(0xffff))) ==
        "read_modify_write_tag tag A = 8 bytes");
  CHECK(says(forward_close(slot(0) + object(2, 1))) == "forward_close @1");
  CHECK(says(request(0x52, symbol("A"), le16(1) + le32(0))) == "read_tag_fragmented tag A");
  CHECK(says(request(0x4c, object(0x6c, 5), le32(0) + le16(100))) ==
        "read_template cip_object 108/5 = 6 bytes");
  CHECK(says(request(0x4b, object(0x37, 200), {1})) ==
        "file_initiate_upload cip_object 55/200 = 1 bytes");
  CHECK(says(request(0x4b, object(0xa1, 1), {1})) == "nvs_update cip_object 161/1 = 1 bytes");
}

TEST_CASE("cip: a service of a class that is not known is of no class", "[wire][cip]") {
  Talk talk;
  CHECK(talk.says(rr_data(request(0x4c, object(0x72, 1)))) == "unknown cip_object 114/1");
  CHECK(talk.operation.cls == OperationClass::kUnspecified);
  // Class 0x106 is not the connection manager, though its last byte is 6.
  CHECK(talk.says(rr_data(request(0x54, {0x21, 0, 6, 1, 0x24, 1}))) == "unknown cip_object 262/1");
  CHECK(talk.says(rr_data(request(0x33, object(1, 1)))) == "unknown cip_object 1/1");
}

TEST_CASE("cip: common services name the attributes that they touch", "[wire][cip]") {
  CHECK(says(request(0x0e, attribute(1, 1, 7))) == "get_attribute_single cip_object 1/1/7");
  CHECK(says(request(0x01, object(1, 1))) == "get_attributes_all cip_object 1/1");
  CHECK(says(request(0x03, object(1, 1), le16(2) + le16(5) + le16(9))) ==
        "get_attribute_list cip_object 1/1/5 cip_object 1/1/9");
  CHECK(says(request(0x03, object(1, 1), le16(3) + le16(5))).find("bad_length") == 0);
  CHECK(says(request(0x10, attribute(0xf5, 1, 5), {1})) ==
        "tcp_ip_set_attribute_single cip_object 245/1/5 = 1 bytes");
  CHECK(says(request(0x10, attribute(4, 100, 3), {1, 2})) ==
        "set_attribute_single cip_object 4/100/3 = 2 bytes");
}

TEST_CASE("cip: what is done to a class is done to all of its instances", "[wire][cip]") {
  CHECK(says(request(0x05, object(1, 0))) == "reset cip_object 1/0-4294967295");
  CHECK(says(request(0x05, {0x20, 1})) == "reset cip_object 1/0-4294967295");
  CHECK(says(request(0x09, object(0x6b, 0))) == "delete cip_object 107/0-4294967295");
  CHECK(says(request(0x0e, attribute(1, 0, 1))) == "get_attribute_single cip_object 1/0/1");
}

TEST_CASE("cip: values of tags are numbers by their type", "[wire][cip]") {
  CHECK(says(request(0x4d, symbol("A"), le16(0xc3) + le16(2) + le16(0xffff) + le16(3))) ==
        "write_tag tag A = -1 3");
  CHECK(says(request(0x4d, symbol("A"), le16(0xc1) + le16(1) + Bytes{1, 0})) ==
        "write_tag tag A = 1");
  CHECK(says(request(0x4d, symbol("A"), le16(0xca) + le16(1) + Bytes{0, 0, 0x20, 0x41})) ==
        "write_tag tag A = 10");
  CHECK(says(request(0x4d, symbol("A"), le16(0x2a0) + le16(0xfce) + le16(1) + Bytes{1, 2, 3, 4})) ==
        "write_tag tag A = 4 bytes");
}

TEST_CASE("cip: a write that does not carry what it counts is a fault", "[wire][cip]") {
  CHECK(says(request(0x4d, symbol("A"), le16(0xc3) + le16(2) + le16(1))).find("bad_length") == 0);
  CHECK(says(request(0x4d, symbol("A"), le16(0xc4) + le16(1) + le32(1) + le32(2)))
            .find("bad_length") == 0);
  CHECK(says(request(0x4e, symbol("A"), le16(4) + le32(1))).find("bad_length") == 0);
}

TEST_CASE("cip: values are as many as the points that they are of", "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(request(0x4d, symbol("A"), le16(0xc3) + le16(2) + le16(1) + le16(3))));
  REQUIRE(talk.operation.points.size() == 1);
  CHECK(talk.operation.points[0].last == 1);
  CHECK(talk.operation.values[0].count == 2);
}

TEST_CASE("cip: a list of tags is of all instances from one on", "[wire][cip]") {
  CHECK(says(request(0x55, {0x20, 0x6b, 0x25, 0, 4, 0}, le16(1) + le16(1))) ==
        "get_instance_attribute_list cip_object 107/4-4294967295 = 4 bytes");
}

TEST_CASE("cip: PCCC inside is told by its command and function", "[wire][cip]") {
  CHECK(says(pccc(0x06, {3})) == "pccc_diagnostic_status = 0 bytes");
  CHECK(says(pccc(0x0f, {0xa2, 4, 7, 0x89, 2, 0})) == "pccc_typed_logical_read_3 plc_file 7:2-3");
  CHECK(says(pccc(0x0f, {0xaa, 2, 7, 0x89, 0xff, 0, 1, 0, 5, 0})) ==
        "pccc_typed_logical_write_3 plc_file 7:256-256 = 2 bytes");
  CHECK(says(pccc(0x0f, {0xaa, 2, 7, 0x89, 2, 0})).find("bad_length") == 0);
  CHECK(says(pccc(0x0f, {0x80, 6})) == "pccc_change_mode plc_file 0:0-65535 = 1 bytes");
  CHECK(says(pccc(0x0f, {0xee})) == "unknown plc_file 0:0-65535 = 0 bytes");
}

TEST_CASE("cip: a PLC that refuses by the status of PCCC has refused", "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(pccc(0x0f, {0x80, 6})));
  const Bytes head = {7, 0x4d, 0, 1, 2, 3, 4, 0x4f};
  CHECK(talk.answers(rr_data(reply(0x4b, head + Bytes{0x10, 9, 0}))) ==
        "response pccc_change_mode refused 61456");
}

TEST_CASE("cip: an answer is told as what it answers", "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(request(0x4c, symbol("A"), le16(1))));
  const uint64_t asked = talk.id;
  CHECK(talk.answers(rr_data(reply(0x4c, le16(0xc3) + le16(12)))) == "response read_tag = 12");
  CHECK(talk.id == asked);
  CHECK(talk.answers(rr_data(reply(0x4c, le16(0xc3) + le16(12)))) == "response unknown = 4 bytes");
}

TEST_CASE("cip: answers of a routed request are those of the one inside", "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(routed(read_tag("A"), slot(0))));
  CHECK(talk.answers(rr_data(reply(0x4c, le16(0xc3) + le16(12)))) == "response read_tag @1 = 12");
  (void)talk.says(rr_data(routed(read_tag("A"), slot(9))));
  // No such slot: the router answers, with the path that remains.
  CHECK(talk.answers(rr_data(Bytes{0xd2, 0, 1, 1} + le16(0x312) + Bytes{1})) ==
        "response read_tag @10 = 1 bytes refused 201217");
}

TEST_CASE(
    "cip: each answer of a packet is that of its request, behind a nested one that failed, too",
    "[wire][cip]") {
  Talk talk;
  (void)talk.says(rr_data(
      multiple({read_tag("A"), multiple({read_tag("B"), read_tag("C")}), write_tag("D", 1)})));
  const Bytes answer = reply(
      0x0a, with_offsets({reply(0x4c, le16(0xc3) + le16(1)), reply(0x0a, {}, 8), reply(0x4d)}),
      0x1e);
  CHECK(talk.answers(rr_data(answer)) ==
        "response multiple_service_packet refused 30; response read_tag = 1; response "
        "multiple_service_packet refused 8; response write_tag");
}

TEST_CASE("cip: answers beyond what is remembered are told by their service", "[wire][cip]") {
  Talk talk;
  const size_t many = wire::cip::Exchange::kMostAsked + 10;
  (void)talk.says(rr_data(multiple(std::vector<Bytes>(many, request(0x0e, attribute(1, 1, 1))))));
  const std::vector<Bytes> answers(many, reply(0x0e, {5, 0}));
  CHECK(talk.answers(rr_data(reply(0x0a, with_offsets(answers))))
            .ends_with("response get_attribute_single = 2 bytes"));
  CHECK(talk.count == static_cast<int>(many) + 1);
}

TEST_CASE("cip: a packet to another object than the router fits no rule", "[wire][cip]") {
  CHECK(says(request(0x0a, object(0x6b, 1), with_offsets({read_tag("A")}))) ==
        "multiple_service_packet clipped; read_tag tag A");
}
