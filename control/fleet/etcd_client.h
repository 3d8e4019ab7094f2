// SPDX-License-Identifier: Apache-2.0
// etcd 3.4 by its gRPC API: the few calls that a fleet's store needs. Every call has a deadline.
//
// One cluster behind several endpoints: a call goes to the endpoint that answered last; when that
// one is not there, the next call goes to the next.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/fleet_config.h"

namespace grpc {
class ClientContext;
class Status;
}  // namespace grpc

namespace bulkhead::control {

struct EtcdValue {
  std::string key;
  std::string value;
  int64_t revision = 0;  // of its last change
};

// All of it or nothing. A key's `expected` revision of 0: it is not there.
struct EtcdTransaction {
  struct Expectation {
    std::string key;
    std::optional<int64_t> revision;  // nothing: it is there, of whatever revision
  };
  std::vector<Expectation> expected;
  std::vector<std::pair<std::string, std::string>> puts;
  std::vector<std::string> removes;  // keys
  std::vector<std::string> removed_prefixes;
};

// Where the certificate, key and roots towards etcd are: PEM files, read again when they change.
struct EtcdFiles {
  std::string certificate;
  std::string private_key;
  std::string anchors;
};

class EtcdClient {
 public:
  EtcdClient(const std::vector<EtcdEndpoint>& endpoints, const EtcdFiles& files);
  ~EtcdClient();

  // Errors of all calls: kUnavailable, with the endpoint; kPermission; kExhausted, the request is
  // too large or the store is full; kInternal.
  Result<std::optional<EtcdValue>> get(const std::string& key);
  // In the order of their keys, at most `limit`.
  Result<std::vector<EtcdValue>> list(const std::string& prefix, size_t limit, bool keys_only);
  // `lease` 0: none.
  Status put(const std::string& key, const std::string& value, int64_t lease);
  // False: something was not as expected, and nothing happened.
  Result<bool> commit(const EtcdTransaction& transaction);

  Result<int64_t> lease(uint32_t seconds);
  // False: it is gone.
  Result<bool> keep_alive(int64_t lease);

  // Calls `changed` at the beginning and at each change under one of the prefixes, until it says
  // false or the connection ends. Returns why.
  Status watch(const std::vector<std::string>& prefixes, const std::function<bool()>& changed);
  // Ends a watch() in another thread, and every later one.
  void stop_watching();

  [[nodiscard]] std::string endpoint() const;

 private:
  struct Endpoint;
  struct Watching;

  template <typename Call>
  Status call(const char* what, const Call& make);
  Endpoint& current() const;
  Status failed(const char* what, Endpoint& endpoint, const grpc::Status& status);

  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::atomic<size_t> at_ = 0;
  std::unique_ptr<Watching> watching_;
};

// The first key behind all that begin with `prefix`.
std::string end_of_prefix(std::string prefix);

}  // namespace bulkhead::control
