/* Adam in float32, and a main that answers test vectors; with -DWRONG, eps is under the root:
 *
 *     cc -std=c99 -O2 -o adam adam.c -lm
 *     ./adam < adam-float32.txt > answers.txt */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The steps made, and arrays of n elements that lie behind each other from theta on. */
typedef struct { int t, n; float *theta, *m, *v, *g; } Parameter;
typedef struct { double alpha, beta1, beta2, eps; } Settings;

/* Scalars are computed in double, and rounded where they meet a float. */
static void step(Parameter *p, Settings s)
{
    p->t++;
    float b1 = s.beta1, a1 = 1 - s.beta1, b2 = s.beta2, a2 = 1 - s.beta2, alpha = s.alpha;
    float c1 = 1 - pow(s.beta1, p->t), c2 = 1 - pow(s.beta2, p->t), eps = s.eps;
    for (int i = 0; i < p->n; i++) {
        p->m[i] = b1 * p->m[i] + a1 * p->g[i];
        p->v[i] = b2 * p->v[i] + a2 * p->g[i] * p->g[i];
        float m_hat = p->m[i] / c1, v_hat = p->v[i] / c2;
#ifdef WRONG
        p->theta[i] -= alpha * m_hat / sqrtf(v_hat + eps);
#else
        p->theta[i] -= alpha * m_hat / (sqrtf(v_hat) + eps);
#endif
    }
}

static void require(int kept)
{
    if (!kept) { fputs("These are no test vectors of Adam in float32.\n", stderr); exit(2); }
}

static void read(int n, float *x) { for (int i = 0; i < n; i++) require(scanf("%a", x + i) == 1); }

static void begin(Parameter *p)
{
    int axes, size;
    require(scanf(" shape %d", &axes) == 1);
    for (p->n = 1; axes > 0; axes--, p->n *= size) require(scanf("%d", &size) == 1);
    require((p->theta = calloc(4 * p->n, sizeof(float))) != NULL);
    p->m = p->theta + p->n, p->v = p->m + p->n, p->g = p->v + p->n;
    read(p->n, p->theta);
}

static void answer(int steps, int parameters, Parameter *p)
{
    for (int i = 0; i < parameters; i++) begin(p + i);
    for (Settings s; steps > 0; steps--) {
        require(scanf(" step %la %la %la %la", &s.alpha, &s.beta1, &s.beta2, &s.eps) == 4);
        for (int i = 0, given; i < parameters; i++) {
            require(scanf("%d", &given) == 1 && (given == 0 || given == p[i].n));
            read(given, p[i].g);
            if (given) step(p + i, s);
            for (int j = 0; j < 3 * p[i].n; j++) printf("%a\n", p[i].theta[j]);
        }
    }
    for (int i = 0; i < parameters; i++) free(p[i].theta);
}

int main(void)
{
    int tests, steps, parameters;
    char inputs[65], id[64];
    require(scanf("optimspec-vectors 1 inputs %64s algorithm adam format float32 limit %*d "
                  "hyperparameters 4 alpha beta1 beta2 epsilon tests %d", inputs, &tests) == 2);
    printf("optimspec-answers 1\ninputs %s\nstate 2 m v\n", inputs);
    while (tests-- > 0) {
        require(scanf(" test %63s steps %d parameters %d", id, &steps, &parameters) == 3);
        printf("test %s\n", id);
        Parameter *p = calloc(parameters, sizeof *p);
        answer(steps, parameters, p);
        free(p);
    }
    puts("end");
}
