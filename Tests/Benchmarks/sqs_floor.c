// The floor of the queue benchmark: a loop in C with libcurl and nothing else, over one connection. It receives ten
// messages and deletes ten; it signs nothing, reads no JSON but the receipts, checks no digest, and runs no handler.
//
// usage: sqs_floor ENDPOINT MESSAGES; prints one JSON line.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static char answer[1 << 20];
static size_t answer_length;

static size_t keep(char *bytes, size_t size, size_t count, void *unused) {
    (void)unused;
    if (answer_length + size * count >= sizeof answer) return 0;
    memcpy(answer + answer_length, bytes, size * count);
    answer_length += size * count;
    return size * count;
}

static CURL *operation(const char *url, const char *target) {
    static const char *authorization =
        "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
        "Signature=0123456789012345678901234567890123456789012345678901234567890123";
    char line[100];
    snprintf(line, sizeof line, "X-Amz-Target: AmazonSQS.%s", target);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/x-amz-json-1.0");
    headers = curl_slist_append(headers, line);
    headers = curl_slist_append(headers, "Expect:");
    headers = curl_slist_append(headers, authorization);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
    return easy;
}

static int call(CURL *easy, const char *body) {
    answer_length = 0;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    int code = curl_easy_perform(easy);
    answer[answer_length] = 0;
    return code;
}

// The request that deletes what the answer has brought.
static int deletion(char *request, size_t capacity) {
    int count = 0;
    size_t end = snprintf(request, capacity, "{\"QueueUrl\":\"bench\",\"Entries\":[");
    for (char *place = answer; (place = strstr(place, "\"ReceiptHandle\":\"")); count++) {
        place += strlen("\"ReceiptHandle\":\"");
        int length = (int)strcspn(place, "\"");
        const char *comma = count ? "," : "";
        end += snprintf(request + end, capacity - end, "%s{\"Id\":\"%d\",\"ReceiptHandle\":\"%.*s\"}", comma, count,
                        length, place);
    }
    snprintf(request + end, capacity - end, "]}");
    return count;
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: sqs_floor ENDPOINT MESSAGES\n"), 2;
    char url[200];
    static char request[1 << 16];
    snprintf(url, sizeof url, "%s/", argv[1]);
    long wanted = atol(argv[2]), count = 0;
    CURL *receive = operation(url, "ReceiveMessage"), *delete = operation(url, "DeleteMessageBatch");
    const char *asked = "{\"QueueUrl\":\"bench\",\"MaxNumberOfMessages\":10,\"WaitTimeSeconds\":20,"
                        "\"VisibilityTimeout\":30,\"MessageAttributeNames\":[\"All\"]}";
    double cpu = cpu_seconds(), start = seconds();
    while (count < wanted) {
        if (call(receive, asked) != CURLE_OK) return fprintf(stderr, "receive failed\n"), 1;
        int found = deletion(request, sizeof request);
        if (found == 0 || call(delete, request) != CURLE_OK) return fprintf(stderr, "delete failed\n"), 1;
        count += found;
    }
    printf("{\"messages\": %ld, \"wall\": %f, \"cpu\": %f}\n", count, seconds() - start, cpu_seconds() - cpu);
    return 0;
}
