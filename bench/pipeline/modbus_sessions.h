// SPDX-License-Identifier: Apache-2.0
// Modbus/TCP sessions as their two ends see them, for all flows of a plant: frames with sequence,
// acknowledgement and transaction numbers that go on, and right checksums.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "support/plant.h"
#include "wire/frame.h"

namespace bulkhead::bench {

class ModbusSessions {
 public:
  ModbusSessions(const Plant& plant, const MacAddress& client_gateway,
                 const MacAddress& server_gateway);

  // The next frame of flow f; valid until the next call for the same flow and end.
  std::span<const uint8_t> syn(uint32_t f);       // client
  std::span<const uint8_t> syn_ack(uint32_t f);   // server
  std::span<const uint8_t> ack(uint32_t f);       // client
  std::span<const uint8_t> request(uint32_t f);   // client: read 10 holding registers
  std::span<const uint8_t> response(uint32_t f);  // server: their values

  [[nodiscard]] size_t request_bytes() const { return ends_.front().client.data.size(); }

 private:
  // A frame of one end with data and one without, patched in place.
  struct End {
    test::Bytes bare, data;
    uint32_t next = 0;  // sequence number
  };
  struct Session {
    End client, server;
    uint16_t transaction = 0;
  };
  std::span<const uint8_t> finish(test::Bytes& frame, const End& from, const End& to,
                                  uint8_t flags);

  std::vector<Session> ends_;
};

}  // namespace bulkhead::bench
